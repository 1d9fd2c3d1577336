package dev.gatun.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    /** A small library that comes in a jar, also where the kernels come in a folder of classes. */
    private static final String FOLDER = "org/bytedeco/dnnl/linux-x86_64";
    private static final String FILE = "libgomp.so.1";

    @TempDir
    Path cache;

    private byte[] content = {};

    private Path unpack() throws IOException {
        return Objects.requireNonNull(LibraryCache.unpack(FOLDER, List.of(FILE), cache).getFirst().getParent());
    }

    @BeforeEach
    void read() throws IOException {
        URL url = Objects.requireNonNull(LibraryCache.class.getClassLoader().getResource(FOLDER + "/" + FILE));
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
    void whatAKilledUnpackingOfAnotherVersionLeftIsRemovedToo() throws IOException {
        Path other = Files.createDirectory(cache.resolve(FILE + "-00000000-1"));
        Path left = Files.write(other.resolve(FILE + "1.partial"), new byte[1]);
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        unpack();
        assertThat(left).doesNotExist();
    }

    @Test
    void aFolderAboveThatOthersMayWriteInIsRefused() throws IOException {
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class)
                .hasMessageContaining("can be written by others");
        assertThat(cache).isEmptyDirectory();
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwx------"));
    }

    /** As in /tmp: others add files there, and cannot exchange this user's. */
    @Test
    void aFolderAboveInWhichOnlyOwnersDeleteIsGood() throws IOException {
        Files.setAttribute(cache, "unix:mode", 01777);
        assertThat(unpack().resolve(FILE)).hasBinaryContent(content);
    }

    @Test
    void aFolderOfAnotherUserAboveIsRefused() throws IOException {
        Path theirs = Files.createDirectory(cache.resolve("theirs"));
        give(theirs);
        assertThatThrownBy(() -> LibraryCache.unpack(FOLDER, List.of(FILE), theirs.resolve("cache")))
                .isInstanceOf(IOException.class).hasMessageContaining("belongs to another user");
    }

    @Test
    void aLinkAboveIsFollowedBeforeFoldersAreChecked(@TempDir Path elsewhere) throws IOException {
        Path open = Files.createDirectory(elsewhere.resolve("open"));
        Path link = Files.createSymbolicLink(cache.resolve("link"), open);
        Path folder = Objects.requireNonNull(
                LibraryCache.unpack(FOLDER, List.of(FILE), link).getFirst().getParent());
        assertThat(folder.getParent()).isEqualTo(open.toRealPath());
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> LibraryCache.unpack(FOLDER, List.of(FILE), link))
                .isInstanceOf(IOException.class).hasMessageContaining(open + " can be written by others");
    }

    /** Its owner may have it open, and change it after it was looked at. */
    @Test
    void aFileOfAnotherUserOrThatOthersMayWriteIsReplacedEvenIfItsContentIsRight() throws IOException {
        Path file = unpack().resolve(FILE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        Object before = Files.getAttribute(file, "unix:ino");
        unpack();
        assertThat(Files.getAttribute(file, "unix:ino")).isNotEqualTo(before);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        give(file);
        unpack();
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(Files.getAttribute(cache, "unix:uid"));
    }

    @Test
    void aLinkToARightFileIsReplaced(@TempDir Path elsewhere) throws IOException {
        Path file = unpack().resolve(FILE);
        Path other = Files.move(file, elsewhere.resolve(FILE));
        Files.createSymbolicLink(file, other);
        unpack();
        assertThat(file).isRegularFile().hasBinaryContent(content);
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(other).hasBinaryContent(content);
    }

    @Test
    void aCopyInMemoryCanNeitherBeWrittenNorCut() throws IOException {
        Path copy = LibraryCache.Place.MEMORY.unpack(FOLDER, List.of(FILE)).getFirst();
        assertThat(copy).hasBinaryContent(content);
        assertThatThrownBy(() -> Files.write(copy, new byte[1], StandardOpenOption.WRITE))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> {
            try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                channel.truncate(1);
            }
        }).isInstanceOf(IOException.class);
        assertThat(copy).hasBinaryContent(content);
    }

    /** Only root gives files away. */
    private static void give(Path path) {
        try {
            Files.setAttribute(path, "unix:uid", 65534);
        } catch (IOException e) {
            abort("this user cannot make a file of another: " + e.getMessage());
        }
    }

    @Test
    void aMissingResourceIsNamed() {
        assertThatThrownBy(() -> LibraryCache.unpack("no/such", List.of("lib.so"), cache))
                .isInstanceOf(IOException.class).hasMessage("the class path has no no/such/lib.so");
    }
}
