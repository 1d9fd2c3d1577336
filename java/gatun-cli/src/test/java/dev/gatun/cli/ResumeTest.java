package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.RunFolder;
import dev.gatun.io.RunLock;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.rule.OptimizerPreset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Three epochs of three steps, cut and resumed. */
@ExtendWith(NoLeaks.class)
class ResumeTest {
    private static final String LAST = "checkpoints/step-00000009";

    @TempDir
    static Path folder;

    private static String options;
    private static Path whole;

    @BeforeAll
    static void trainWithoutABreak() throws IOException {
        options = " --quiet --augment cifar --epochs 3 --threads 2 --batch-size 32 --data "
                + TinyImages.write(folder.resolve("data"));
        whole = folder.resolve("whole");
        assertThat(Cli.run("train" + options + " --output " + whole).code()).isZero();
    }

    private static Path cutAfter(int steps) {
        Path run = folder.resolve("cut-" + steps + "-" + System.nanoTime());
        Cli cut = Cli.run("train" + options + " --stop-after-steps " + steps + " --output " + run);
        assertThat(cut.code()).isEqualTo(130);
        assertThat(cut.err()).contains("stopped after step " + steps + " of 9")
                .contains("go on with: java/bin/gatun train --resume " + run);
        return run;
    }

    private static List<String> metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
                .map(line -> line.replaceFirst(",\"images_per_second\":.*", "")).toList();
    }

    private static void assertSame(Path run) throws IOException {
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertThat(run.resolve(LAST).resolve(file)).hasSameBinaryContentAs(whole.resolve(LAST).resolve(file));
        }
        assertThat(metrics(run)).isEqualTo(metrics(whole)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8})
    void givesTheSameModelBitForBit(int steps) throws IOException {
        Path run = cutAfter(steps);
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", ""));
        assertSame(run);
    }

    @Test
    void checkpointsThatAreWrittenBesideTheRunAreTheSame() throws IOException {
        Path run = folder.resolve("beside-" + System.nanoTime());
        assertThat(Cli.run("train" + options + " --checkpoint-async --checkpoint-every 1 --stop-after-steps 4 --output "
                + run)
                .code()).isEqualTo(130);
        assertThat(run.resolve("checkpoints/step-00000004")).isDirectory();
        assertThat(Cli.run("train --quiet --checkpoint-async --resume " + run)).isEqualTo(new Cli(0, "", ""));
        assertSame(run);
    }

    /** Also where the device runs late: a run stops, and saves, after the very step that it was to. */
    @ParameterizedTest
    @MethodSource("dev.gatun.backend.TestDevices#besidesTheCpu")
    void resumesOnOtherDevices(String device) throws IOException {
        String train = "train" + options + " --model mlp --checkpoint-every 2 --device " + device + " --output ";
        Path uncut = folder.resolve("uncut-" + device);
        assertThat(Cli.run(train + uncut).code()).isZero();
        Path run = folder.resolve("cut-" + device);
        assertThat(Cli.run(train + run + " --checkpoint-async --stop-after-steps 4").code()).isEqualTo(130);
        assertThat(run.resolve("checkpoints/step-00000002")).isDirectory();
        assertThat(run.resolve("checkpoints/step-00000004")).isDirectory();
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", ""));
        for (String file : List.of("model.safetensors", "optimizer.safetensors", "state.json")) {
            assertThat(run.resolve(LAST).resolve(file)).hasSameBinaryContentAs(uncut.resolve(LAST).resolve(file));
        }
        assertThat(metrics(run)).isEqualTo(metrics(uncut)).hasSize(3);
    }

    /** All that a rule remembers, its clipping and the average of the weights are in the run's files. */
    @ParameterizedTest
    @FieldSource("dev.gatun.update.rule.UpdateRules#PRESETS")
    void resumesEveryOptimizer(OptimizerPreset preset) throws IOException {
        String train = "train" + options + " --model mlp --clip-norm 0.5 --clip-value 0.2 --ema 0.9 --optimizer "
                + preset + " --output ";
        Path uncut = folder.resolve("uncut-" + preset);
        assertThat(Cli.run(train + uncut).code()).isZero();
        Path run = folder.resolve("cut-" + preset);
        assertThat(Cli.run(train + run + " --stop-after-steps 4").code()).isEqualTo(130);
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", ""));
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertThat(run.resolve(LAST).resolve(file)).hasSameBinaryContentAs(uncut.resolve(LAST).resolve(file));
        }
        assertThat(metrics(run)).isEqualTo(metrics(uncut)).hasSize(3);
    }

    @Test
    void resumesFromAnEarlierCheckpointAndForgetsLaterMetrics() throws IOException {
        Path run = cutAfter(7);
        assertThat(metrics(run)).hasSize(2);
        assertThat(Cli.run("train --quiet --resume " + run.resolve("checkpoints/step-00000003")).code()).isZero();
        assertSame(run);
    }

    @Test
    void beginsAgainWhenThereIsNoCheckpointYet() throws IOException {
        Path run = cutAfter(1);
        Files.move(run.resolve("checkpoints"), folder.resolve("aside"));
        assertThat(Cli.run("train --quiet --resume " + run).code()).isZero();
        assertSame(run);
    }

    @Test
    void refusesARunThatAnotherProcessTrains() throws IOException {
        Path run = cutAfter(4);
        try (RunLock _ = RunFolder.open(run).lock()) {
            Cli cli = Cli.run("train --quiet --resume " + run);
            assertThat(cli.code()).isEqualTo(4);
            assertThat(cli.err()).contains("is being trained by process " + ProcessHandle.current().pid())
                    .hasLineCount(1);
            Path empty = Files.createDirectory(folder.resolve("being-made"));
            try (RunLock other = RunFolder.create(empty).lock()) {
                assertThat(other).isNotNull();
                assertThat(Cli.run("train" + options + " --output " + empty).err()).contains("is being trained by");
                assertThat(empty.resolve("config.json")).doesNotExist();
            }
        }
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", ""));
        assertSame(run);
    }

    /** Schedules, several batches in a step and the factor of the loss are in the run's files. */
    @ParameterizedTest
    @ValueSource(strings = {
        "--schedule one-cycle --optimizer momentum --accumulate 2",
                "--schedule plateau:patience=0 --warmup 20% --loss-scale 64",
        "--optimizer averaged --l1 1e-3 --l1-method proximal --weight-decay 1e-3 --clip-weight-norm 0.5",
        "--augment rotate+color+cutout+mixup --label-smoothing 0.1 --class-weights balanced",
        "--augment randaugment+cutmix --confidence-penalty 0.1 --sampling balanced",
        "--freeze fc1.* --group *.weight:lr=0.01,weight-decay=0.1",
        "--precision bf16 --precision-exceptions fc1 --allow-emulation", "--precision f16 --allow-emulation",
        "--schedule wsd:shape=sqrt --weight-decay-schedule step --loss-scale "
        + "dynamic,initial=3e38,backoff=1e-3,interval=2"})
    void resumesInTheMiddleOfWhatMoves(String flags) throws IOException {
        String train = "train" + (flags.contains("--augment") ? options.replace("--augment cifar ", "") : options)
                + " --model mlp " + flags + " --output ";
        String name = flags.replaceAll("[^a-z]", "");
        Path uncut = folder.resolve("uncut-" + name);
        assertThat(Cli.run(train + uncut).code()).isZero();
        Path run = folder.resolve("cut-" + name);
        assertThat(Cli.run(train + run + " --stop-after-steps 5").code()).isEqualTo(130);
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", ""));
        assertThat(metrics(run)).isEqualTo(metrics(uncut)).hasSize(3);
        String last = flags.contains("accumulate") ? "checkpoints/step-00000006" : LAST;
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertThat(run.resolve(last).resolve(file)).hasSameBinaryContentAs(uncut.resolve(last).resolve(file));
        }
    }

    @Test
    void hasNothingToDoForAFinishedRun() throws IOException {
        List<String> before = metrics(whole);
        Cli cli = Cli.run("train --resume " + whole);
        assertThat(cli.code()).isZero();
        assertThat(cli.line("run")).contains("finished, all 3 epochs are done");
        assertThat(cli.line("test")).contains("accuracy ");
        assertThat(metrics(whole)).isEqualTo(before);
    }

    @Test
    void refusesFlagsThatWouldChangeTheRun() {
        Cli cli = Cli.run("train --resume " + whole + " --batch-size 4");
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains("--batch-size does not go with --resume").hasLineCount(1);
    }

    @Test
    void refusesDataThatHasChanged() throws IOException {
        Path run = cutAfter(1);
        Path config = run.resolve("config.json");
        String edited = Files.readString(config).replace("\"train_images\": 96", "\"train_images\": 95");
        Files.writeString(config, edited);
        assertThat(Cli.run("train --resume " + run).err()).contains("config.json: it does not match its own checksum")
                .hasLineCount(1);
        Files.writeString(config, EditedRunTest.sealed(Json.parseObject(edited, "config")));
        Cli cli = Cli.run("train --resume " + run);
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.err()).contains("96 training images, but had 95 when the run began").hasLineCount(1);
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void aDamagedLatestCheckpointIsPassedOverAndSetAside() throws IOException {
        Path run = cutAfter(4);
        Path damaged = run.resolve("checkpoints/step-00000004");
        flip(damaged.resolve("model.safetensors"));
        String line = "gatun: " + damaged + ": model.safetensors does not match its checksum;"
                + " the checkpoint before it is taken\n";
        Cli evaluated = Cli.run("evaluate " + run);
        assertThat(evaluated.code()).isZero();
        assertThat(evaluated.err()).isEqualTo(line);
        assertThat(damaged).isDirectory();
        assertThat(Cli.run("train --resume " + damaged).code()).isEqualTo(5); // which is named, and no other
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", line));
        assertThat(damaged.resolveSibling("step-00000004.damaged")).isDirectory();
        assertSame(run);
    }

    @Test
    void saysWhenAllCheckpointsAreDamaged() throws IOException {
        Path run = cutAfter(4);
        for (String step : List.of("step-00000003", "step-00000004")) {
            flip(run.resolve("checkpoints").resolve(step).resolve("optimizer.safetensors"));
        }
        Cli cli = Cli.run("train --resume " + run);
        assertThat(cli.code()).isEqualTo(5);
        assertThat(cli.err()).contains("step-00000003: optimizer.safetensors does not match its checksum;"
                + " all that are later are damaged too: start the run again");
        assertThat(run.resolve("checkpoints/step-00000004")).isDirectory();
    }

    @Test
    void saysWhereAConfigIsDamaged() throws IOException {
        Path run = cutAfter(1);
        Path config = run.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"cosine\"", "\"bumpy\""));
        Cli cli = Cli.run("train --resume " + run);
        assertThat(cli.code()).isEqualTo(4);
        assertThat(cli.err()).contains("config.json: it has no valid \"schedule\" (bumpy)").hasLineCount(1);
    }
}
