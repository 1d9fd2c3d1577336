package dev.gatun.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verdicts on hostile files beside those of the reference reader, Python's {@code safetensors.safe_open}, which stand
 * in {@code hostile.txt}: name, our verdict, the reference's.
 */
class HostileSafetensorsTest {
    @TempDir
    Path folder;

    private String verdict(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("x.safetensors"), content);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            read.names().forEach(name -> Tensors.readToHeap(read, name));
            return "read";
        } catch (CheckpointException e) {
            assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n").hasSizeLessThan(600);
            return "refused";
        }
    }

    private static List<String> table() throws IOException {
        try (var in = HostileSafetensorsTest.class.getResourceAsStream("hostile.txt")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#")).toList();
        }
    }

    @Test
    void eachVerdictIsThatOfTheTable() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : HostileSafetensors.files().entrySet()) {
            lines.add(file.getKey() + " | " + verdict(file.getValue()));
        }
        assertThat(lines).hasSizeGreaterThanOrEqualTo(60)
                .isEqualTo(table().stream().map(line -> line.substring(0, line.lastIndexOf(" | "))).toList());
    }

    /** What the reference refuses is refused; what it reads and this does not is named here. */
    @Test
    void nothingIsReadThatTheReferenceRefuses() throws IOException {
        List<String> wider = new ArrayList<>();
        List<String> stricter = new ArrayList<>();
        for (String line : table()) {
            String[] parts = line.split(" \\| ", -1);
            assertThat(parts).hasSize(3);
            if (!parts[1].equals(parts[2])) {
                (parts[1].equals("read") ? wider : stricter).add(parts[0]);
            }
        }
        assertThat(wider).isEmpty();
        // The format's own text forbids the first two; names have a bound, as all that a reader keeps.
        assertThat(stricter).containsExactly(
                "blanks before the text", "one name twice", "a name of 100,000 letters");
    }
}
