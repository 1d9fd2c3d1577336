package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code gatun parity} and {@code gatun bench}. */
@ExtendWith(NoLeaks.class)
class DevicesComparedTest {
    @TempDir
    Path folder;

    @Test
    void parityComparesEachLayerAndGradient() {
        Path json = folder.resolve("parity.json");
        Cli cli = Cli.run("parity --model lenet --batch-size 4 --threads 1 --json " + json);
        assertThat(cli.code()).as(cli.err()).isZero();
        Map<String, Object> result = Json.readObject(json);
        assertThat(names(result, "layers"))
                .contains("conv1", "relu1", "pool2", "fc3", "loss");
        assertThat(names(result, "gradients"))
                .contains("conv1.weight", "conv1.bias", "fc3.weight").hasSize(10);
        assertThat(Json.asDouble(result.get("largest_difference"))).as("floats, summed in another order")
                .isPositive().isLessThan(1e-4);
        assertThat(cli.out()).containsPattern("(?m)^conv1 +convolution +\\S+ +\\d\\.\\d\\de-")
                .containsPattern("(?m)^conv1.weight +\\S+ +\\d\\.\\d\\de-");
        assertThat(cli.line("largest")).endsWith(" between cpu and reference");
    }

    private static List<String> names(Map<String, Object> result, String key) {
        return ((List<?>) Objects.requireNonNull(result.get(key))).stream()
                .map(each -> String.valueOf(((Map<?, ?>) each).get("name"))).toList();
    }

    @Test
    void aDeviceEqualsItself() {
        Cli cli = Cli.run("parity --device reference --device reference --model mlp --batch-size 2");
        assertThat(cli.line("largest")).isEqualTo("largest difference 0.00e+00 between reference and reference");
    }

    @Test
    void benchTimesEachDevice() {
        Cli cli = Cli.run("bench --devices cpu,reference --model mlp --batch-size 2 --threads 1 --seconds 0.01");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("model")).isEqualTo("model   mlp, batches of 2 random images");
        assertThat(cli.out()).containsPattern("(?m)^cpu: 1 thread.* +\\d+\\.\\d{3} +\\d+\\.\\d{3} +\\d+ +")
                .containsPattern("(?m)^reference: .* +\\d+\\.\\d{3} +\\d+\\.\\d{3} +\\d+ +");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            parity --device cpu        | --device names two devices, got cpu: give it twice
            parity --device cpu --device gpu | 'gpu' is none of cpu, reference
            parity --model resnet50 --image 3x1x1 | --image: resnet50 needs images of at least 8x8, got 1x1
            bench --seconds 0          | --seconds must be above 0 and at most 3600, got 0.0
            bench --devices cpu,tpu    | 'tpu' is none of cpu, reference
            bench --model unet         | classifies pixels
            """)
    void saysInOneLineWhatIsWrong(String line, String message) {
        Cli cli = Cli.run(line);
        assertThat(cli.err()).startsWith("gatun: ").contains(message).hasLineCount(1);
        assertThat(cli.code()).isEqualTo(2);
    }
}
