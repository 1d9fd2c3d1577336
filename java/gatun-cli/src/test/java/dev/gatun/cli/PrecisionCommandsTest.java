package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Support;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Linear;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Commands beside {@code train} that compute in 16 bits. */
@ExtendWith(NoLeaks.class)
class PrecisionCommandsTest {
    @TempDir
    Path folder;

    private Path data;
    private Path run;

    @BeforeEach
    void writeData() throws IOException {
        data = TinyImages.write(folder.resolve("data"));
        run = folder.resolve("run");
    }

    private Map<String, Object> evaluate(String more) {
        Path json = folder.resolve("evaluated.json");
        Cli cli = Cli.run("evaluate " + run + " --threads 1 --json " + json + more);
        assertThat(cli.code()).as(cli.err()).isZero();
        return Json.readObject(json);
    }

    private static boolean computesBfloat16() {
        TensorType type = new TensorType(DType.BF16, Shape.of(4, 4));
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1))) {
            return device.supports(new Linear(), List.of(type, type)).equals(Support.yes());
        }
    }

    @Test
    void evaluatesInThePrecisionOfTheRunOrInAnother() {
        Path json = folder.resolve("result.json");
        Cli training = Cli.run("train --model mlp --epochs 2 --batch-size 32 --threads 1 --precision bf16"
                + " --allow-emulation --data " + data + " --output " + run + " --json " + json);
        assertThat(training.code()).as(training.err()).isZero();
        double loss = Json.asDouble(Json.readObject(json).get("test_loss"));

        Map<String, Object> same = evaluate("");
        assertThat(same).containsEntry("precision", "bf16");
        assertThat(Json.asDouble(same.get("test_loss"))).isCloseTo(loss, within(1e-6));
        Map<String, Object> other = evaluate(" --precision f32");
        assertThat(other).containsEntry("precision", "f32");
        assertThat(Json.asDouble(other.get("test_loss"))).isNotEqualTo(loss).isCloseTo(loss, within(0.05));
    }

    /** One spelling in the configuration, the checkpoint and both results. */
    @Test
    void thePolicyIsWrittenAlikeEverywhere() {
        String policy = "bf16 except fc1, fc2*";
        Path json = folder.resolve("result.json");
        Cli training = Cli.run("train --model mlp --epochs 1 --batch-size 32 --threads 1 --quiet --precision bf16"
                + " --precision-exceptions fc1,fc2* --allow-emulation --data " + data + " --output " + run + " --json "
                + json);
        assertThat(training.code()).as(training.err()).isZero();
        assertThat(Json.readObject(json)).containsEntry("precision", policy);
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("precision", policy)
                .doesNotContainKey("precision_exceptions");
        assertThat(Json.readObject(run.resolve("checkpoints/step-00000003/state.json")).get("state")).asString()
                .contains("precision=" + policy);
        assertThat(evaluate("")).containsEntry("precision", policy);
    }

    @Test
    void summaryAndLabRefuseWhatTheProcessorDoesNotCompute() {
        for (String command : List.of("summary --model mlp --threads 1 --precision bf16",
                "lab optimizers --quick --model mlp --threads 1 --optimizers sgd --seeds 1 --output "
                        + folder.resolve("lab") + " --limit 64 --batch-size 16 --epochs 1 --precision bf16")) {
            if (!computesBfloat16()) {
                Cli refused = Cli.run(command);
                assertThat(refused.code()).isNotZero();
                assertThat(refused.err()).contains("no arithmetic in bf16");
            }
        }
        Cli summary = Cli.run("summary --model mlp --threads 1 --precision bf16 --allow-emulation");
        assertThat(summary.code()).as(summary.err()).isZero();
        assertThat(Cli.run("summary --precision-exceptions 0").err()).contains("add --precision bf16, or f16");
    }
}
