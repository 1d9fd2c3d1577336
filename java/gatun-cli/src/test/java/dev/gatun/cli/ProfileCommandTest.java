package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import dev.gatun.train.profile.StepCosts;
import dev.gatun.train.profile.Trace;
import dev.gatun.train.profile.TraceEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class ProfileCommandTest {
    @TempDir
    Path folder;

    private Path run;
    private String tiny;

    @BeforeEach
    void writeData() throws IOException {
        run = folder.resolve("run");
        tiny = "train --model lenet --threads 1 --batch-size 16 --data " + TinyImages.write(folder.resolve("data"))
                + " --output " + run;
    }

    private static Cli train(String line) {
        Cli cli = Cli.run(line);
        assertThat(cli.code()).as(cli.err()).isZero();
        return cli;
    }

    private Trace trace() {
        return Trace.read(run.resolve("trace.json"));
    }

    private void fails(String line, int code, String... messages) {
        Cli cli = Cli.run(line);
        assertThat(cli.err()).startsWith("gatun: ").contains(messages).hasLineCount(1);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.code()).isEqualTo(code);
    }

    @Test
    void listsWhatTookMostOfAStep() {
        Cli training = train(tiny + " --epochs 2 --profile 4 --checkpoint-every 8");
        assertThat(training.line("profile")).isEqualTo("profile " + run.resolve("trace.json")
                + " and profile.jfr: 4 steps; see java/bin/gatun profile " + run);
        assertThat(run.resolve("profile.jfr")).isNotEmptyFile();
        StepCosts costs = StepCosts.of(trace());
        assertThat(costs.steps()).isEqualTo(4);
        assertThat(costs.checkpoints()).as("at step 6, the end of an epoch, and 8").isEqualTo(2);

        Path json = folder.resolve("profile.json");
        Cli cli = train("profile " + run + " --json " + json);
        List<String> lines = Arrays.asList(cli.out().split("\n"));
        assertThat(lines.getFirst()).isEqualTo("profile " + run.resolve("trace.json") + ": 4 steps, "
                + costs.kernels().size() + " kernels, of which 10 are listed");
        assertThat(lines.get(1)).startsWith("stage ").containsSubsequence("layer", "operation", "implementation", "ms",
                "of step", "GFLOP/s", "GB/s", "of peak");
        for (int i = 0; i < 10; i++) {
            assertThat(lines.get(2 + i)).contains(costs.kernels().get(i).layer(), costs.kernels().get(i).operation(),
                    costs.kernels().get(i).implementation());
        }
        assertThat(lines.get(12)).isEmpty();
        assertThat(cli.out()).containsPattern("(?m)^kernels +\\d+\\.\\d{3} +\\d+\\.\\d %$")
                .containsPattern("(?m)^optimizer ").containsPattern("(?m)^waiting for data ")
                .containsPattern("(?m)^rest ").containsPattern("(?m)^all +\\d+\\.\\d{3} +100\\.0 %$");
        assertThat(cli.line("saving")).matches("saving  \\d+\\.\\d{3} ms for a checkpoint, between steps; recorded: 2");

        Map<String, Object> result = Json.readObject(json);
        assertThat(result).containsOnlyKeys("run", "steps", "step_ms", "kernels_ms", "optimizer_ms", "data_wait_ms",
                "rest_ms", "checkpoints", "checkpoint_ms", "peak_product_gflops", "kernels");
        assertThat(result).containsEntry("steps", 4L).containsEntry("step_ms", costs.stepNanos() / 1e6);
        assertThat((List<?>) result.get("kernels")).hasSize(10).first().asString()
                .contains("layer=" + costs.kernels().getFirst().layer(), "ms=", "step_share=", "gflops=",
                "gigabytes_per_second=", "peak_share=", "peak_of=");
    }

    @Test
    void listsAsManyAsAsked() {
        train(tiny + " --epochs 1 --profile 1 --quiet");
        assertThat(train("profile " + run + " --top 3 --json -").out()).startsWith("{").containsSubsequence("\"layer\"",
                "\"layer\"", "\"layer\"").doesNotContainPattern("(?s)(\"layer\".*){4}");
        int kernels = StepCosts.of(trace()).kernels().size();
        assertThat(train("profile " + run + " --top 1000").out())
                .contains(kernels + " kernels, of which " + kernels + " are listed").doesNotContain("saving");
    }

    /** Six steps are fewer than twenty: none of them warms up. */
    @Test
    void aShortRunIsRecordedWhole() {
        assertThat(train(tiny + " --epochs 1 --profile").line("profile")).contains(": 6 steps; ");
        assertThat(trace().events()).extracting(TraceEvent::step).contains(1L, 6L).doesNotContain(7L);
    }

    @Test
    void aRunThatGoesOnIsRecordedToo() {
        train(tiny + " --epochs 2 --quiet");
        Path checkpoint = run.resolve("checkpoints/step-00000006");
        fails("profile " + run, 4, "the run " + run + " has no profile (it has no trace.json); record one with"
                + " java/bin/gatun train --profile, or go on with this run: java/bin/gatun train --resume " + run
                + " --profile");
        assertThat(train("train --profile --resume " + checkpoint).line("profile")).contains(": 6 steps; ");
        assertThat(trace().events()).extracting(TraceEvent::step).contains(7L, 12L).doesNotContain(6L);
        assertThat(train("train --profile --resume " + run).line("profile"))
                .isEqualTo("profile none: the run ended before a step could be recorded");
    }

    @Test
    void withoutItNothingIsRecorded() {
        assertThat(train(tiny + " --epochs 1").out()).doesNotContain("profile");
        assertThat(run.resolve("trace.json")).doesNotExist();
        assertThat(run.resolve("profile.jfr")).doesNotExist();
    }

    @Test
    void damagedOnesAreRefused() throws IOException {
        train(tiny + " --epochs 1 --profile 1 --quiet");
        Path file = run.resolve("trace.json");
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, whole.length() / 2));
        fails("profile " + run, 4, file + ": line 1, column ", "; record the profile again");
        Files.writeString(file, whole.replace("\"program\":\"gatun\"", "\"program\":\"other\""));
        fails("profile " + run, 4, file + ": the trace of another program; record the profile again");
        Files.writeString(file, whole.replace("\"cat\":\"step\"", "\"cat\":\"optimizer\""));
        fails("profile " + run, 4, file + ": no step was recorded; record the profile again");
    }

    @Test
    void whatCannotBeAskedIsRefused() {
        fails("profile " + folder.resolve("none"), 4, "there is no folder ");
        fails("profile " + folder, 4, "holds no run");
        fails("profile " + run + " --top 0", 2, "--top must be at least 1, got 0");
        fails(tiny + " --profile 0", 2, "--profile must be at least 1, got 0");
        fails(tiny + " --profile many", 2, "--profile", "'many' is not a whole number");
    }
}
