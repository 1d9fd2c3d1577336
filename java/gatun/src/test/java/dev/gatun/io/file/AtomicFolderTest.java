package dev.gatun.io.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.io.Safetensors;
import dev.gatun.io.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
    @TempDir
    Path folder;

    private static IOConsumer<Path> holding(String text) {
        return path -> {
            Files.createDirectory(path.resolve("sub"));
            Files.writeString(path.resolve("sub/a.txt"), text);
        };
    }

    @Test
    void aFolderAppearsWhole() {
        Path target = folder.resolve("runs/one");
        AtomicFolder.write(target, partial -> {
            assertThat(partial.getParent()).isEqualTo(target.getParent());
            assertThat(partial.getFileName().toString()).startsWith(".").endsWith(".partial");
            assertThat(target).doesNotExist();
            holding("1").accept(partial);
        });
        assertThat(target.resolve("sub/a.txt")).hasContent("1");
        assertThat(Tensors.names(Disk.parent(target))).containsExactly("one");
    }

    @Test
    void aFolderIsReplaced() {
        Path target = folder.resolve("one");
        AtomicFolder.write(target, holding("1"));
        AtomicFolder.write(target, partial -> Files.writeString(partial.resolve("b.txt"), "2"));
        assertThat(Tensors.names(target)).containsExactly("b.txt");
        assertThat(Tensors.names(folder)).containsExactly("one");
    }

    @Test
    void aFailureLeavesTheEarlierFolder() {
        Path target = folder.resolve("one");
        AtomicFolder.write(target, holding("1"));
        assertThatIllegalStateException().isThrownBy(() -> AtomicFolder.write(target, partial -> {
            holding("2").accept(partial);
            throw new IllegalStateException("midway");
        })).withMessage("midway");
        assertThatThrownBy(() -> AtomicFolder.write(target, partial -> {
            holding("2").accept(partial);
            throw new IOException("No space left on device");
        })).isInstanceOf(StorageException.class).hasMessage("cannot write " + target + ": no space left on device; "
                + "the earlier folder is intact; free some space or choose a folder on another disk, then try again");
        assertThat(target.resolve("sub/a.txt")).hasContent("1");
        assertThat(Tensors.names(folder)).containsExactly("one");
    }

    @Test
    void aRealFullDiskLeavesNothing() {
        Path target = folder.resolve("one");
        assertThatThrownBy(() -> AtomicFolder.write(target, partial -> {
            Path file = partial.resolve("x.safetensors");
            Files.createSymbolicLink(file, Path.of("/dev/full"));
            Safetensors.write(file, List.of(), Map.of());
        })).isInstanceOf(StorageException.class).hasMessageContaining("no space left on device");
        assertThat(Tensors.names(folder)).isEmpty();
    }

    @Test
    void aCrashBetweenTheTwoRenamesLosesNothing() throws IOException {
        Path target = folder.resolve("one");
        AtomicFolder.write(target, holding("1"));
        Files.move(target, AtomicFolder.replaced(target));
        assertThatIllegalStateException().isThrownBy(() -> AtomicFolder.write(target, partial -> {
            throw new IllegalStateException();
        }));
        assertThat(target.resolve("sub/a.txt")).hasContent("1");
        Files.createDirectory(AtomicFolder.replaced(target));
        AtomicFolder.write(target, holding("2"));
        assertThat(target.resolve("sub/a.txt")).hasContent("2");
        assertThat(Tensors.names(folder)).containsExactly("one");
    }

    @Test
    void aFileInTheWayOfAFolderStays() throws IOException {
        Path target = Files.writeString(folder.resolve("one"), "mine");
        for (Path each : List.of(target, target.resolve("two"))) {
            assertThatThrownBy(() -> AtomicFolder.write(each, holding("1"))).isInstanceOf(StorageException.class)
                    .hasMessageContaining("move it away or choose another path");
        }
        assertThat(target).hasContent("mine");
        assertThat(Tensors.names(folder)).containsExactly("one");
    }
}
