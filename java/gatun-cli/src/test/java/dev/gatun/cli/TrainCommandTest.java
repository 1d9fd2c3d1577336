package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.cli.option.Recipe;
import dev.gatun.io.SafetensorsFile;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import dev.gatun.optim.HyperparameterFields;
import dev.gatun.optim.schedule.OneCycleSchedule;
import dev.gatun.update.rule.OptimizerPreset;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

@ExtendWith(NoLeaks.class)
class TrainCommandTest {
    @TempDir
    Path folder;

    private Path run;
    private String tiny;

    @BeforeEach
    void writeData() throws IOException {
        run = folder.resolve("run");
        tiny = " --threads 1 --batch-size 32 --data " + TinyImages.write(folder.resolve("data")) + " --output " + run;
    }

    @Test
    void trainsOnDrawnDigits() {
        Path json = folder.resolve("result.json");
        Cli cli = Cli.run("train --limit 128 --epochs 1 --batch-size 64 --threads 1 --output " + run
                + " --json " + json);
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).contains("data    digits: 128 training and 4000 test images of 28x28, grey, 10 classes")
                .contains("model   lenet: 61706 parameters").contains("step 1  loss ").doesNotContain("\r");
        assertThat(Json.readObject(json)).containsEntry("parameters", 61706L).containsEntry("steps", 2L);
    }

    @Test
    void writesTheRunFolder() {
        assertThat(Cli.run("train --model mlp --epochs 5 --checkpoint-every 2" + tiny).code()).isZero();
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("model", "mlp")
                .containsEntry("data", folder.resolve("data").toString()).containsEntry("epochs", 5L)
                .containsEntry("optimizer", "adamw").containsEntry("train_images", 96L)
                .containsEntry("augment", "none");
        assertThat(run.resolve("metrics.jsonl")).content().hasLineCount(5);
        assertThat(run.resolve("checkpoints").toFile().list())
                .as("the last three of 2, 3, 4, 6, ... 15")
                .containsExactlyInAnyOrder("step-00000012", "step-00000014", "step-00000015");
    }

    @Test
    void writesResultsThatEvaluateRepeats() {
        Path json = folder.resolve("result.json");
        Path evaluated = folder.resolve("evaluated.json");
        Cli training = Cli.run("train --epochs 2 --seed 7 --json " + json + tiny);
        assertThat(training.code()).isZero();
        Cli evaluation = Cli.run("evaluate " + run + " --threads 1 --json " + evaluated);
        assertThat(evaluation.code()).isZero();

        Map<String, Object> result = Json.readObject(json);
        assertThat(result).containsOnlyKeys("model", "parameters", "epochs", "steps", "train_loss", "test_loss",
                "test_accuracy", "best_epoch", "best_step", "images_per_second", "step_ms_median",
                "optimizer_ms_median", "data_wait_share", "heap_bytes_per_step", "native_bytes_planned", "rss_bytes",
                "precision", "device", "threads", "seed");
        assertThat(result).containsEntry("model", "lenet").containsEntry("steps", 6L).containsEntry("epochs", 2L)
                .containsEntry("precision", "f32").containsEntry("device", "cpu").containsEntry("threads", 1L)
                .containsEntry("seed", 7L);
        Map<String, Object> again = Json.readObject(evaluated);
        assertThat(again.get("test_accuracy")).isEqualTo(result.get("test_accuracy"));
        assertThat(Json.asDouble(again.get("test_loss"))).isCloseTo(Json.asDouble(result.get("test_loss")),
                within(1e-6));
        assertThat(again).containsEntry("images", 40L).containsEntry("step", 6L);
        assertThat(training.line("test")).startsWith(evaluation.line("test"));
    }

    @Test
    void evaluatesACheckpointOutsideItsRunOnNamedData() throws IOException {
        assertThat(Cli.run("train --epochs 1" + tiny).code()).isZero();
        Path lone = folder.resolve("lone");
        Files.move(run.resolve("checkpoints/step-00000003"), lone);
        Cli without = Cli.run("evaluate " + lone);
        assertThat(without.code()).isEqualTo(2);
        assertThat(without.err()).contains("lies outside a run").contains("add --data PATH");
        assertThat(Cli.run("evaluate " + lone + " --threads 1 --data " + folder.resolve("data")).code()).isZero();
    }

    @Test
    void listsItsKernels() {
        Cli cli = Cli.run("train --epochs 1 --explain --quiet" + tiny);
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).startsWith("stage ").containsPattern("(?m)^forward +conv1 +convolution ")
                .contains("* reorder").contains("a step   ").contains("flops").doesNotContain("epoch 1/1");
    }

    @Test
    void computesConvolutionsAsTold() {
        String begin = "train --model resnet20 --threads 1 --batch-size 32 --epochs 1 --quiet --explain --data "
                + folder.resolve("data");
        assertThat(Cli.run(begin + " --convolution f4 --output " + folder.resolve("f4")).out())
                .contains("gatun:winograd_f4");
        assertThat(Cli.run(begin + " --convolution direct --output " + folder.resolve("direct")).out())
                .contains("convolution").doesNotContain("winograd");
        assertThat(Cli.run(begin + " --convolution best").err()).contains("--convolution").contains("f4");
    }

    @Test
    void saysNothingWhenQuiet() {
        Cli cli = Cli.run("train --model mlp --epochs 1 --quiet" + tiny);
        assertThat(cli).isEqualTo(new Cli(0, "", ""));
    }

    @Test
    void rewritesALineOnATerminal() {
        Cli cli = Cli.run(("train --model mlp --epochs 2" + tiny).split(" "), 70);
        assertThat(cli.code()).isZero();
        assertThat(Arrays.stream(cli.out().split("\n"))).map(line -> line.substring(line.lastIndexOf('\r') + 1))
                .filteredOn(line -> line.startsWith("epoch ")).hasSize(2)
                .allMatch(line -> line.endsWith(" images/s") && !line.contains("step"));
        assertThat(cli.out()).containsPattern("\repoch 1/2 \\[=+> *\\]  \\d+ %  loss ")
                .containsPattern("\rtesting \\[=+> *\\]  \\d+/40  ").doesNotContain("\u001b");
    }

    @ParameterizedTest
    @FieldSource("dev.gatun.update.rule.UpdateRules#PRESETS")
    void trainsWithEveryOptimizer(OptimizerPreset preset) {
        String word = preset.name();
        assertThat(Cli.run("train --model mlp --epochs 1 --quiet --optimizer " + word + tiny).code()).isZero();
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("optimizer", word)
                .containsEntry("hyperparameters", HyperparameterFields.of(Recipe.of("mlp").optimizer(preset)));
    }

    /** Weights are penalised, biases are not. */
    @Test
    void makesWeightsZero() {
        assertThat(Cli.run("train --model mlp --epochs 1 --quiet --optimizer sgd --lr 0.1 --weight-decay 0.01 --l1 1e6"
                + " --l1-method proximal --clip-weight-norm 0.5" + tiny).code()).isZero();
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("clip_weight_norm", 0.5)
                .doesNotContainKey("clip_norm").extractingByKey("hyperparameters").asString()
                .contains("l1=1000000.0, l1_method=proximal").contains("weight_decay=0.01");
        try (SafetensorsFile model =
                SafetensorsFile.open(run.resolve("checkpoints/step-00000003/model.safetensors"))) {
            for (String name : model.names()) {
                MemorySegment values = MemorySegment.ofArray(new float[(int) model.type(name).shape().elements()]);
                model.read(name, 0, values);
                assertThat(values.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).as(name).satisfies(
                        all -> assertThat(all).isNotEmpty(),
                        all -> assertThat(Arrays.equals(all, new float[all.length]))
                                .isEqualTo(name.endsWith("weight")));
            }
        }
    }

    @Test
    void clipsAndAverages() throws IOException {
        assertThat(Cli.run("train --model mlp --epochs 1 --quiet --clip-norm 1 --clip-value 0.1 --ema 0.9" + tiny)
                .code())
                .isZero();
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("clip_norm", 1.0)
                .containsEntry("clip_value", 0.1).containsEntry("ema", 0.9);
        Path measured = folder.resolve("measured.json");
        assertThat(Cli.run("evaluate " + run + " --threads 1 --json " + measured).code()).isZero();
        assertThat(Files.readString(run.resolve("metrics.jsonl"))).as("both measure the average")
                .contains("\"test_loss\":" + Json.readObject(measured).get("test_loss"));
    }

    @Test
    void movesHyperparametersAlongSchedules() throws IOException {
        assertThat(Cli.run(
                "train --model mlp --epochs 3 --quiet --optimizer momentum --weight-decay 0.01 --schedule one-cycle"
                + " --weight-decay-schedule linear:end=0.5" + tiny).code()).isZero();
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("schedule", "one-cycle")
                .containsEntry("momentum_schedule", "auto").containsEntry("weight_decay_schedule",
                "linear:end=0.5")
                .doesNotContainKey("warmup");
        assertThat(Files.readAllLines(run.resolve("metrics.jsonl")).getLast())
                .contains("\"learning_rate\":" + 0.05 * OneCycleSchedule.over(9).factor(8));
    }

    @Test
    void movesTheMomentumWithACycleUnlessToldOtherwise() throws IOException {
        String train = "train --model mlp --epochs 1 --quiet --optimizer momentum --schedule one-cycle" + tiny;
        List<byte[]> models = new ArrayList<>();
        for (String momentum : List.of("", " --momentum-schedule one-cycle", " --momentum-schedule constant")) {
            Path out = folder.resolve("momentum-" + models.size());
            assertThat(Cli.run(train.replace(run.toString(), out.toString()) + momentum).code()).isZero();
            models.add(Files.readAllBytes(out.resolve("checkpoints/step-00000003/model.safetensors")));
        }
        assertThat(models.get(0)).isEqualTo(models.get(1)).isNotEqualTo(models.get(2));
    }

    @Test
    void waitsForAPlateau() {
        assertThat(Cli.run("train --model mlp --epochs 2 --quiet --schedule plateau:patience=3 --warmup 1epoch" + tiny)
                .code())
                .isZero();
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("warmup", "1epochs")
                .containsEntry("schedule",
                "plateau:factor=0.1,patience=3,threshold=1.0E-4,threshold-mode=rel,cooldown=0,min=0,"
                        + "eps=1.0E-8");
        assertThat(Json.readObject(run.resolve("checkpoints/step-00000006/state.json")).get("state")).asString()
                .contains("plateau={");
    }

    @Test
    void accumulatesAndScalesTheLoss() throws IOException {
        assertThat(Cli.run("train --model mlp --epochs 1 --quiet --accumulate 2 --loss-scale dynamic,interval=1" + tiny)
                .code())
                .isZero();
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("accumulate", 2L)
                .containsEntry("loss_scale", "dynamic,initial=65536,growth=2,backoff=0.5,interval=1,skips=50");
        assertThat(Files.readString(run.resolve("metrics.jsonl"))).as("three batches are two steps, the second at 2^17")
                .contains("\"step\":2,").contains("\"loss_scale\":131072.0");
    }

    @Test
    void wrapsTheOptimizer() {
        assertThat(Cli.run("train --model lenet --epochs 2 --quiet --swa 1,0.01 --lookahead --sam 0.1,adaptive" + tiny)
                .code())
                .isZero();
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("swa", "1,0.01")
                .containsEntry("lookahead", "5,0.5").containsEntry("sam", "0.1,adaptive");
        Object state = Json.readObject(run.resolve("checkpoints/step-00000006/state.json")).get("state");
        assertThat(state).asString().contains("averaged_epochs=2");
        assertThat(Cli.run("evaluate " + run + " --threads 1").code()).isZero();
    }

    @Test
    void endsWithItsOwnCodeWhenGradientsStayInfinite() {
        Cli cli = Cli.run(
                "train --model mlp --optimizer sgd --lr 1e6 --schedule constant --loss-scale 1e36,skips=1" + tiny);
        assertThat(cli.code()).isEqualTo(6);
        assertThat(cli.err()).contains("2 steps in a row, up to step ")
                .contains(" had gradients that are not finite, the first in ")
                .hasLineCount(1);
    }

    @Test
    void augmentsWhenAsked() {
        assertThat(Cli.run("train --epochs 1 --quiet --augment cifar --schedule constant" + tiny).code()).isZero();
    }

    @Test
    void usesAllImagesWhenTheLimitIsLarger() {
        Cli cli = Cli.run("train --model mlp --epochs 1 --limit 1000000" + tiny);
        assertThat(cli.code()).isZero();
        assertThat(cli.line("data")).contains(": 96 training and 40 test images of 12x12, grey, 3 classes");
    }

    @Test
    void endsWithItsOwnCodeWhenTheLossIsNotFinite() {
        Cli cli = Cli.run("train --optimizer sgd --lr 1e30 --schedule constant --epochs 2" + tiny);
        assertThat(cli.code()).isEqualTo(6);
        assertThat(cli.err()).startsWith("gatun: the loss is ").contains("use a smaller learning rate").hasLineCount(1);
        assertThat(run.resolve("checkpoints")).doesNotExist();
    }

    @Test
    void endsWithItsOwnCodeWhenTheBudgetIsTooSmall() {
        Cli cli = Cli.run("train --memory 64k" + tiny);
        assertThat(cli.code()).isEqualTo(8);
        assertThat(cli.err()).contains("of the memory budget of 64.0 KiB").hasLineCount(1);
        assertThat(run).doesNotExist();
    }
}
