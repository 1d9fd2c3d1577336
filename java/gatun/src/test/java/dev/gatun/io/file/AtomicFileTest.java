package dev.gatun.io.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.io.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void aFileAppearsWholeAndIsReplaced() {
        Path target = folder.resolve("sub/config.json");
        AtomicFile.write(target, "1");
        AtomicFile.write(target, partial -> {
            assertThat(target).hasContent("1");
            Files.writeString(partial, "2");
        });
        assertThat(target).hasContent("2");
        assertThat(Tensors.names(Disk.parent(target))).containsExactly("config.json");
    }

    @Test
    void aFailureLeavesTheEarlierFile() {
        Path target = folder.resolve("config.json");
        AtomicFile.write(target, "1");
        assertThatThrownBy(() -> AtomicFile.write(target, partial -> {
            Files.writeString(partial, "2");
            throw new IOException("Input/output error");
        })).isInstanceOf(StorageException.class).hasMessage("cannot write " + target
                + ": Input/output error; the earlier file is intact; check the disk and try again");
        assertThat(target).hasContent("1");
        assertThat(Tensors.names(folder)).containsExactly("config.json");
    }

    @Test
    void aLinkStays() throws IOException {
        Path real = Files.writeString(folder.resolve("real.json"), "1");
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), real);
        AtomicFile.write(link, "2");
        assertThat(link).isSymbolicLink();
        assertThat(real).hasContent("2");
    }

    @Test
    void aPipeIsWrittenNotReplaced() throws Exception {
        // A pipe of this test's own: a fault here, run by root, would replace a device of the machine.
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        // Open for both, as a pipe's writer would wait for a reader.
        try (FileChannel reader = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            AtomicFile.write(pipe, "text");
            assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther()).isTrue();
            ByteBuffer read = ByteBuffer.allocate(100);
            reader.read(read);
            assertThat(new String(read.array(), 0, read.position(), UTF_8)).isEqualTo("text");
        }
    }

    @Test
    void aRealFullDiskLeavesTheEarlierFile() {
        Path target = folder.resolve("config.json");
        AtomicFile.write(target, "1");
        assertThatThrownBy(() -> AtomicFile.write(target, partial -> {
            Files.writeString(partial, "half");
            Files.writeString(Path.of("/dev/full"), "the rest");
        })).isInstanceOf(StorageException.class)
                .hasMessageContaining("config.json: no space left on device; the earlier file is intact; free");
        assertThat(target).hasContent("1");
        assertThat(Tensors.names(folder)).containsExactly("config.json");
    }

    @Test
    void aFolderInTheWayOfAFileStays() {
        assertThatThrownBy(() -> AtomicFile.write(folder, "1")).isInstanceOf(StorageException.class)
                .hasMessageContaining("in the way");
        assertThat(folder).isEmptyDirectory();
    }
}
