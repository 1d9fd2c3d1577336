package dev.gatun.mpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.MasterAddressProvider;
import dev.gatun.dist.TransportProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How an MPI is found and told apart. */
class MpiLibraryTest {
    @TempDir
    static Path folder;

    @Test
    void isFoundByServiceLoader() {
        assertThat(ServiceLoader.load(TransportProvider.class)).extracting(TransportProvider::name).contains("mpi");
        assertThat(ServiceLoader.load(MasterAddressProvider.class)).extracting(MasterAddressProvider::name)
                .contains("mpi");
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheFamiliesApart(Family family) throws Exception {
        Path library = MpiDouble.compile(folder, family);
        assertThat(MpiLibrary.Once.find(new Candidates(List.of(library.toString()), "-Dx")))
                .isInstanceOfSatisfying(MpiLibrary.Found.class, found -> {
                    assertThat(found.family()).isEqualTo(family);
                    assertThat(found.version()).contains("double").doesNotContain("second");
                    assertThat(found.describe()).contains(family.title()).endsWith(library.toString());
                });
    }

    @Test
    void takesTheNextCandidateWhereOneIsAbsent() throws Exception {
        Path library = MpiDouble.compile(folder, Family.MPICH);
        assertThat(MpiLibrary.Once.find(new Candidates(List.of("libmpi-that-nobody-has.so", library.toString()), "")))
                .isInstanceOf(MpiLibrary.Found.class);
    }

    @Test
    void saysWhyThereIsNone() throws Exception {
        assertThat(MpiLibrary.Once.find(new Candidates(List.of("libmpi-that-nobody-has.so"), ""))).isEqualTo(
                new MpiLibrary.Missing("no libmpi: the system's loader knows none, and MPI_HOME and the usual folders"
                        + " have none", "install one (Debian: apt install openmpi-bin libopenmpi3) or name its library"
                        + " with -Dgatun.mpi.path=/path/to/libmpi.so or GATUN_MPI"));
        assertThat(reason("/nowhere/libmpi.so", "GATUN_MPI")).isEqualTo("GATUN_MPI names no library that can be loaded:"
                + " /nowhere/libmpi.so: cannot open shared object file: No such file or directory");
        Path text = Files.writeString(folder.resolve("libtext.so"), "not a library, though it has such a name: it says"
                + " so at length, as a header would be that long");
        assertThat(reason(text.toString(), "-Dx")).endsWith(text + " is not a 64-bit ELF library: replace it");
        assertThat(reason("libm.so.6", "-Dx")).contains("libm.so.6 lacks MPI_Get_library_version: it is no MPI");
    }

    private static String reason(String name, String origin) {
        return MpiLibrary.Once.find(new Candidates(List.of(name), origin)) instanceof MpiLibrary.Missing missing
                ? missing.reason() : "found";
    }

    @Test
    void looksFirstWhereTheUserOrTheLauncherSays() {
        assertThat(Candidates.of("/a/libmpi.so", Map.of("GATUN_MPI", "/b/libmpi.so")))
                .isEqualTo(new Candidates(List.of("/a/libmpi.so"), "-Dgatun.mpi.path"));
        assertThat(Candidates.of("", Map.of("GATUN_MPI", "/b/libmpi.so")))
                .isEqualTo(new Candidates(List.of("/b/libmpi.so"), "GATUN_MPI"));
        assertThat(Candidates.of("", Map.of()).names()).startsWith("libmpi.so.40", "libmpi.so.12");
        assertThat(Candidates.of("", Map.of("PMI_SIZE", "2")).names()).startsWith("libmpi.so.12");
        assertThat(Candidates.of("", Map.of("PMI_SIZE", "2", "OMPI_COMM_WORLD_SIZE", "2")).names())
                .startsWith("libmpi.so.40");
        assertThat(Candidates.of("", Map.of("MPI_HOME", "/opt/mpi")).names()).startsWith("/opt/mpi/lib/libmpi.so.40");
    }

    @Test
    void readsTheOrderOfSums() {
        assertThat(MpiOptions.of("", Map.of()).order()).isEqualTo(SumOrder.RANKS);
        assertThat(MpiOptions.of("", Map.of("GATUN_MPI_ORDER", "any")).order()).isEqualTo(SumOrder.ANY);
        assertThat(MpiOptions.of("ranks", Map.of("GATUN_MPI_ORDER", "any")).order()).isEqualTo(SumOrder.RANKS);
        assertThatThrownBy(() -> MpiOptions.of("fast", Map.of())).isInstanceOf(GroupException.class)
                .hasMessage("-Dgatun.mpi.order or GATUN_MPI_ORDER is ranks (the same bits in each run) or any (as MPI"
                        + " likes), not \"fast\"");
        assertThatThrownBy(() -> MpiOptions.DEFAULTS.withPieceBytes(6)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a multiple of 4 bytes");
    }
}
