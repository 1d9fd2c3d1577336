package dev.gatun.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of the class path's libraries on disk. Without a cache in the environment, the tests' own home holds them. */
class LibraryCacheTest {
    private static final String FOLDER = "dev/gatun/native/linux-x86_64";
    private static final String FILE = "libgatun.so";

    @TempDir
    Path cache;

    private byte[] content = {};

    private Path unpack() throws IOException {
        return LibraryCache.unpack(FOLDER, List.of(FILE), cache);
    }

    @BeforeEach
    void read() throws IOException {
        URL url = Objects.requireNonNull(LibraryCache.class.getClassLoader().getResource(FOLDER + "/" + FILE));
        assumeThat(url.getProtocol()).as("nothing is copied from a folder of classes, which these tests would damage")
                .isEqualTo("jar");
        try (InputStream in = url.openStream()) {
            content = in.readAllBytes();
        }
    }

    @Test
    void aCopyIsMadeOnceInAPrivateFolderNamedByItsContent() throws IOException {
        Path folder = unpack();
        assertThat(folder.getParent()).isEqualTo(cache);
        assertThat(folder.getFileName().toString()).startsWith(FILE + "-").endsWith("-" + content.length);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------");
        assertThat(folder.resolve(FILE)).hasBinaryContent(content);
        Object file = Files.getAttribute(folder.resolve(FILE), "unix:ino");
        assertThat(unpack()).isEqualTo(folder);
        assertThat(Files.getAttribute(folder.resolve(FILE), "unix:ino")).isEqualTo(file);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aCopyThatWasCutOrChangedIsReplaced() throws IOException {
        Path file = unpack().resolve(FILE);
        Files.write(file, new byte[100]);
        unpack();
        assertThat(file).hasBinaryContent(content);

        byte[] flipped = content.clone();
        flipped[flipped.length / 2] ^= 1;
        Files.delete(file);
        Files.write(file, flipped);
        unpack();
        assertThat(file).hasBinaryContent(content);
    }

    @Test
    void whatAKilledUnpackingLeftIsRemovedWhereThatIsPossible() throws IOException {
        Path folder = unpack();
        Files.delete(folder.resolve(FILE));
        Path left = Files.write(folder.resolve(FILE + "1.partial"), new byte[1]);
        Path going = Files.write(folder.resolve(FILE + "2.partial"), new byte[1]);
        Path stuck = Files.createDirectory(folder.resolve(FILE + "3.partial"));
        Files.createFile(stuck.resolve("file")); // a folder with something in it cannot be deleted, even by root
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
        Files.setLastModifiedTime(left, old);
        Files.setLastModifiedTime(stuck, old);
        assertThat(unpack()).isEqualTo(folder);
        assertThat(folder.resolve(FILE)).hasBinaryContent(content);
        assertThat(left).doesNotExist();
        assertThat(going).exists();
        assertThat(stuck).exists();
    }

    @Test
    void aFolderThatOthersCouldWriteToIsMadePrivateAgain() throws IOException {
        Path folder = unpack();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        unpack();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------");
    }

    @Test
    void aLinkInPlaceOfTheFolderIsRefused(@TempDir Path elsewhere) throws IOException {
        Path folder = unpack();
        Files.delete(folder.resolve(FILE));
        Files.delete(folder);
        Files.createSymbolicLink(folder, elsewhere);
        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class)
                .hasMessageContaining("belongs to somebody else");
    }

    @Test
    void aMissingResourceIsNamed() {
        assertThatThrownBy(() -> LibraryCache.unpack("no/such", List.of("lib.so"), cache))
                .isInstanceOf(IOException.class).hasMessage("the class path has no no/such/lib.so");
    }
}
