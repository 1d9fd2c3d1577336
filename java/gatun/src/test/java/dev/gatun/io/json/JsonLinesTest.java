package dev.gatun.io.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.io.Tensors;
import dev.gatun.io.file.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("metrics.jsonl");
    }

    @Test
    void eachLineIsInTheFileAtOnceAndAppends() throws IOException {
        try (JsonLines lines = JsonLines.open(file())) {
            lines.append(Map.of("step", 1));
            assertThat(file()).hasContent("{\"step\":1}\n");
        }
        try (JsonLines lines = JsonLines.open(file())) {
            lines.append(Map.of("loss", Double.NaN));
        }
        assertThat(Files.readString(file())).isEqualTo("{\"step\":1}\n{\"loss\":\"NaN\"}\n");
        assertThat(Tensors.openFiles(folder)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"step\":4,\"lo", "{\"step\":4,\"lo\n", "\0\0\0\0", "{\"step\":3}", ""})
    void truncatesAfterAStepAndDropsATornLine(String torn) throws IOException {
        String kept = "{\"event\":\"start\"}\n{\"step\":1}\n{\"step\":2}\n{\"step\":2,\"eval\":1}\n";
        Files.writeString(file(), kept + "{\"step\":3}\n" + torn);
        try (JsonLines lines = JsonLines.open(file())) {
            lines.truncateAfter(2);
            lines.append(Map.of("step", 30));
        }
        assertThat(Files.readString(file())).isEqualTo(kept + "{\"step\":30}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"step\":4,\"lo", "{\"step\":4,\"lo\n", "\0\0\0\0", "[]\n"})
    void aTornLastLineIsDroppedWhateverTheStep(String torn) throws IOException {
        Files.writeString(file(), "{\"step\":1}\n" + torn);
        try (JsonLines lines = JsonLines.open(file())) {
            lines.truncateAfter(9);
            lines.append(Map.of("step", 2));
        }
        assertThat(Files.readString(file())).isEqualTo("{\"step\":1}\n{\"step\":2}\n");
    }

    @Test
    void openingRepairsATornLine() throws IOException {
        Files.writeString(file(), "{\"step\":1}\n{\"st");
        try (JsonLines lines = JsonLines.open(file())) {
            lines.append(Map.of("step", 2));
        }
        assertThat(Files.readString(file())).isEqualTo("{\"step\":1}\n{\"step\":2}\n");
        Files.writeString(file(), "{\"step\":1}\n{\"step\":2}");
        try (JsonLines lines = JsonLines.open(file())) {
            lines.append(Map.of("step", 3));
        }
        assertThat(Files.readString(file())).isEqualTo("{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n");
    }

    @Test
    void aBadLineInTheMiddleIsNamed() throws IOException {
        String content = "{\"step\":1}\noops\n{\"step\":2}\n";
        Files.writeString(file(), content);
        try (JsonLines lines = JsonLines.open(file())) {
            assertThatThrownBy(() -> lines.truncateAfter(5)).isInstanceOf(JsonException.class)
                    .hasMessage(file() + ": line 2 is not a JSON object: remove it");
        }
        assertThat(Files.readString(file())).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2\"", "-1", "2.5", "null", "18446744073709551616", "true"})
    void aStepThatIsNoCountIsNamed(String step) throws IOException {
        String content = "{\"step\":1}\n{\"step\":" + step + "}\n{\"step\":3}\n";
        Files.writeString(file(), content);
        try (JsonLines lines = JsonLines.open(file())) {
            assertThatThrownBy(() -> lines.truncateAfter(5)).isInstanceOf(JsonException.class).hasMessage(file()
                    + ": line 2 has no valid \"step\" (" + step.replace("\"", "") + "): remove the line");
        }
        assertThat(file()).hasContent(content);
    }

    @Test
    void readsWhatIsWhole() throws IOException {
        assertThat(JsonLines.read(file())).as("there is no file").isEmpty();
        Files.writeString(file(), "{\"step\":1}\n\n{\"loss\":\"NaN\"}\n{\"step\":2");
        assertThat(JsonLines.read(file())).containsExactly(Map.of("step", 1L), Map.of("loss", "NaN"));
        Files.writeString(file(), "{\"step\":1}\n{\"st\n{\"step\":2}");
        assertThatThrownBy(() -> JsonLines.read(file())).isInstanceOf(JsonException.class)
                .hasMessage(file() + ": line 2 is not a JSON object: remove it");
        assertThat(Tensors.openFiles(folder)).isZero();
    }

    @Test
    void aFullDiskIsNamed() throws IOException {
        FileChannel full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
        try (JsonLines lines = new JsonLines(file(), full)) {
            assertThatThrownBy(() -> lines.append(Map.of("step", 1))).isInstanceOf(StorageException.class)
                    .hasMessageContaining("metrics.jsonl: no space left on device; the earlier lines are intact; free");
        }
    }

    @Test
    void aLineThatNoRunWroteIsRefusedBeforeItFillsTheHeap() throws IOException {
        Files.writeString(file(), "{\"step\":1}\n" + "x".repeat(1 << 20) + "y\n");
        assertThatThrownBy(() -> JsonLines.read(file())).isInstanceOf(JsonException.class)
                .hasMessage(file() + ": line 2 has more than 1048576 bytes, as none that was written: remove it");
    }

    @Test
    void aLinkIsNeitherWrittenThroughNorRead() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "not ours");
        Files.createSymbolicLink(file(), other);
        assertThatThrownBy(() -> JsonLines.open(file())).isInstanceOf(StorageException.class)
                .hasMessageContaining("it is a symbolic link, and none is followed here; put the file itself");
        assertThatThrownBy(() -> JsonLines.read(file())).isInstanceOf(StorageException.class)
                .hasMessageContaining("symbolic link");
        assertThat(other).hasContent("not ours");
    }
}
