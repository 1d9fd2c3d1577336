package dev.gatun.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.BackendProvider;
import dev.gatun.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where libraries are looked for, and what a failure says. The libraries are those of the test's class path. */
class LibraryLoaderTest {
    private static final String PROPERTY = "gatun.test.library";
    private static final String SYMBOLS = "dev/gatun/bindings/gatun.symbols";
    private static final String FOLDER = "dev/gatun/native/linux-x86_64";

    @TempDir
    Path folder;

    /** The kernels need the OpenMP runtime that comes with oneDNN. */
    @BeforeAll
    static void loadOpenMp() {
        Backends.all().forEach(BackendProvider::availability);
    }

    @AfterEach
    void forget() {
        System.clearProperty(PROPERTY);
    }

    private static LibrarySpec spec(String fileName, String resource, String symbols) {
        return new LibrarySpec("Test library", fileName, PROPERTY, resource, List.of(), symbols, "do this");
    }

    private static LibrarySpec kernels() {
        return spec("libgatun.so", FOLDER, SYMBOLS);
    }

    private static Path kernelsFile() throws IOException {
        return LibraryCache.Place.CACHE.unpack(FOLDER, List.of("libgatun.so")).getFirst();
    }

    private static void assertMissing(LibraryStatus status, String... reasons) {
        assertThat(status).isInstanceOfSatisfying(LibraryStatus.Missing.class, missing -> {
            assertThat(missing.library()).isEqualTo("Test library");
            assertThat(missing.reason()).contains(reasons);
            assertThat(missing.remedy()).isEqualTo("do this");
        });
    }

    @Test
    void theClassPathComesBeforeTheSystem() {
        assertThat(LibraryLoader.load(kernels())).isInstanceOfSatisfying(LibraryStatus.Loaded.class,
                loaded -> assertThat(loaded.origin()).isEqualTo("class path"));
    }

    @Test
    void anExplicitPathComesBeforeTheClassPath() throws IOException {
        Path copy = Files.copy(kernelsFile(),
                folder.resolve("mine.so"));
        System.setProperty(PROPERTY, copy.toString());
        assertThat(LibraryLoader.load(kernels())).isInstanceOfSatisfying(LibraryStatus.Loaded.class, loaded -> {
            assertThat(loaded.path()).isEqualTo(copy);
            assertThat(loaded.origin()).contains("-D" + PROPERTY).contains("GATUN_TEST_LIBRARY");
        });
    }

    @Test
    void anExplicitPathThatIsMissingIsNeverReplacedByAnother() {
        System.setProperty(PROPERTY, folder.resolve("absent.so").toString());
        assertMissing(LibraryLoader.load(kernels()), "absent.so", "is not a file", "-D" + PROPERTY);
    }

    @Test
    void anExplicitPathThatIsNoPathIsNamed() {
        System.setProperty(PROPERTY, "no\0path");
        assertMissing(LibraryLoader.load(kernels()), "-D" + PROPERTY);
    }

    @Test
    void aFileThatCannotBeLoadedIsNamed() throws IOException {
        byte[] library = Files.readAllBytes(kernelsFile());
        library[18] = (byte) 0xF3; // the processor an ELF file is for: RISC-V
        System.setProperty(PROPERTY, Files.write(folder.resolve("riscv.so"), library).toString());
        assertMissing(LibraryLoader.load(kernels()), "riscv.so", "cannot be loaded");
    }

    @Test
    void aLibraryThatLacksFunctionsIsAnotherVersion() {
        assertMissing(LibraryLoader.load(spec("libgatun.so", FOLDER, "dev/gatun/ffi/unknown.symbols")),
                "libgatun.so", "lacks 1 functions, gatun_from_the_future first", "another version");
    }

    @Test
    void aMissingListOfFunctionsIsAReasonToo() {
        assertMissing(LibraryLoader.load(spec("libgatun.so", FOLDER, "no/such.symbols")), "no/such.symbols");
    }

    @Test
    void aLibraryIsLoadedFromMemoryWhereNoFolderWillDo() {
        List<String> tried = new ArrayList<>(List.of("class path: the home is read-only"));
        assertThat(LibraryLoader.fromClassPath(kernels(), List.of(LibraryCache.Place.MEMORY), tried))
                .isInstanceOfSatisfying(LibraryStatus.Loaded.class, loaded -> {
                    assertThat(loaded.path().toString()).matches("/proc/self/fd/\\d+");
                    assertThat(loaded.origin()).isEqualTo("class path (not: the home is read-only)");
                });
    }

    @Test
    void aMissingResourceAndAMissingSystemLibraryAreBothNamed() {
        assertMissing(LibraryLoader.load(spec("libabsent.so.7", "no/such/folder", SYMBOLS)),
                "class path: the class path has no no/such/folder/libabsent.so.7",
                "system: no libabsent.so.7 in LD_LIBRARY_PATH or /usr/local/lib");
    }
}
