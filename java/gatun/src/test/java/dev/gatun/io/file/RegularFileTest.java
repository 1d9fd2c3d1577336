package dev.gatun.io.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what opens a pipe waits for ever
class RegularFileTest {
    @TempDir
    Path folder;

    /** Makes a pipe that nobody writes to. */
    private Path pipe() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        return pipe;
    }

    private static void refused(Path file, String reason, LinkOption... links) {
        assertThatThrownBy(() -> RegularFile.text(file, 100, links)).isInstanceOf(FileSystemException.class)
                .hasMessageContaining(reason);
        assertThatThrownBy(() -> RegularFile.check(file, links)).isInstanceOf(FileSystemException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void pipesDevicesAndFoldersAreRefused() throws Exception {
        refused(pipe(), "it is a pipe or a device, not a regular file");
        refused(Path.of("/dev/zero"), "it is a pipe or a device, not a regular file");
        refused(folder, "it is a folder, not a regular file");
        assertThatThrownBy(() -> RegularFile.open(folder.resolve("pipe"), StandardOpenOption.READ).close())
                .hasMessageContaining("not a regular file");
    }

    @Test
    void aLinkIsFollowedUnlessThatIsNotWanted() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThat(RegularFile.text(link, 4)).isEqualTo("text");
        refused(link, "it is a symbolic link", LinkOption.NOFOLLOW_LINKS);
        refused(Files.createSymbolicLink(folder.resolve("zero"), Path.of("/dev/zero")), "a pipe or a device");
        // One that leads nowhere too: to open it for writing would make a file there.
        Path nowhere = Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("absent"));
        assertThatThrownBy(() -> RegularFile.open(nowhere, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS).close()).hasMessageContaining("symbolic link");
        assertThat(folder.resolve("absent")).doesNotExist();
    }

    @Test
    void aFileIsMadeWhereThereIsNone() throws IOException {
        try (FileChannel channel = RegularFile.open(folder.resolve("new"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            assertThat(channel.size()).isZero();
        }
        assertThatThrownBy(() -> RegularFile.text(folder.resolve("absent"), 1))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aLargerTextThanOneMayHaveIsNotRead() throws IOException {
        Path large = folder.resolve("large");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        assertThatThrownBy(() -> RegularFile.text(large, 100)).isInstanceOf(FileSystemException.class)
                .hasMessageContaining("it has 3221225472 bytes, and no such file has more than 100");
    }

    @Test
    void aTextIsUtf8() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "Größe");
        assertThat(RegularFile.text(file, 7)).isEqualTo("Größe");
        Files.write(file, new byte[] {(byte) 0xFF});
        assertThatThrownBy(() -> RegularFile.text(file, 7)).isInstanceOf(CharacterCodingException.class);
    }
}
