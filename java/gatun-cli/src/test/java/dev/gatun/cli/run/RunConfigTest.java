package dev.gatun.cli.run;

import static dev.gatun.backend.DeviceOptions.Emulation.ALLOWED;
import static dev.gatun.backend.DeviceOptions.Emulation.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.cli.option.Augment;
import dev.gatun.compress.distill.Distillation;
import dev.gatun.data.BadImages;
import dev.gatun.data.ColorMode;
import dev.gatun.data.Validation;
import dev.gatun.data.image.pixel.Mixing;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.io.RunFolderException;
import dev.gatun.io.json.Json;
import dev.gatun.model.Stem;
import dev.gatun.nn.init.Initialization;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.RunSchedules;
import dev.gatun.optim.schedule.text.StepCount;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.WeightsPart;
import dev.gatun.train.epoch.BatchGrowth;
import dev.gatun.train.monitor.EarlyStopping;
import dev.gatun.train.monitor.Monitor;
import dev.gatun.train.task.ClassWeights;
import dev.gatun.train.task.ClassificationOptions;
import dev.gatun.train.tune.FineTuning;
import dev.gatun.train.tune.ParameterRule;
import dev.gatun.update.Clipping;
import dev.gatun.update.L1;
import dev.gatun.update.StateStorage;
import dev.gatun.update.rule.OptimizerPreset;
import dev.gatun.update.rule.SgdHyperparameters;
import dev.gatun.update.rule.UpdateRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunConfigTest {
    @Test
    void configsSurviveTheirFile() {
        RunSchedules schedules = new RunSchedules(RunSchedule.parse("plateau:patience=2"),
                RunSchedule.parse("onecycle"),
                RunSchedule.parse("step:size=10%"), StepCount.parse("0.5epochs"));
        RunConfig config = new RunConfig("mlp", Stem.SMALL,
                new RunStart(Initialization.parse("kaiming-normal:mode=fan_out,gain=0.3"), RunStart.LastGamma.ZERO,
                        new RunWeights("/w.safetensors", WeightsPart.BODY, "0af5")), "0a".repeat(32),
                new RunTeacher("/runs/teacher/checkpoints/step-00000007", "", "0b".repeat(32)), "/data",
                new RunImages(224, ColorMode.GREY, BadImages.SKIP),
                new RunSplits(10, 3, new Validation.Share(0.125)), 8, List.of("cat", "\u732b \"x\""),
                TrainingOptions.defaults().withEpochs(3).withBatchSize(4)
                .withDistillation(Distillation.parse("labels:weight=1..0.1+kd:t=2.5:weight=0.9+at:layers=a>b"))
                .withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(0.1 + 0.2).withMomentum(0.8)
                        .withVariant(SgdHyperparameters.Momentum.AVERAGE).withWeightDecay(1e-5)
                        .with(L1.PROXIMAL, 0.1 + 0.2))
                .withOptimizerOptions(OptimizerOptions.NONE.withClipNorm(1).withClipValue(0.1 + 0.2)
                        .withAverageDecay(0.99))
                .withSchedules(schedules).withSeed(Long.MIN_VALUE)
                .withGrowth(BatchGrowth.parse("3x@12.5%,50%,lr=linear"))
                .withAccumulate(5).withLossScaling(LossScaling.parse("dynamic,initial=3"))
                .withFineTuning(FineTuning.NONE.freezing("a,b", "!c*").withRules(List.of(
                        ParameterRule.parse("d:e*:lr=0.1,weight-decay=0"), ParameterRule.parse("f:lr=1e-7"))))
                .withClassification(new ClassificationOptions(0.1 + 0.2, 1e-7, ClassWeights.parse("a=b=2.5,c=1"),
                        ClassificationOptions.Sampling.BALANCED, Mixing.NONE))
                .withEarlyStopping(new EarlyStopping(Monitor.ACCURACY, 4, 0.1 + 0.2))
                .withPrecision(PrecisionPolicy.of(Precision.F16).except("0", "layer1.*")),
                new Augment("rotate:degrees=7+cutmix"), "cpu", 3, 1L << 40, ALLOWED, ConvolutionMethod.F4, 7);
        String text = Json.pretty(config.toJson());
        assertThat(RunConfig.fromJson(Json.parseObject(text, "test"), Path.of("config.json"))).isEqualTo(config);
        for (OptimizerPreset preset : UpdateRules.PRESETS) {
            RunConfig other = new RunConfig("mlp", Stem.AUTO, RunStart.DEFAULT, "", null, "digits", RunImages.DEFAULT,
                    RunSplits.ALL, 8, List.of(),
                    TrainingOptions.defaults().withOptimizer(preset.numbers()), Augment.NONE, "cpu", 1, 0, REFUSED,
                    ConvolutionMethod.AUTO, 0);
            assertThat(RunConfig.fromJson(Json.parseObject(Json.pretty(other.toJson()), "test"), Path.of("c")))
                    .isEqualTo(other);
        }
        for (Clipping clipping : List.of(new Clipping.TensorNorm(0.3), new Clipping.Adaptive(0.01),
                new Clipping.WeightNorm(0.2), new Clipping.None())) {
            RunConfig other = new RunConfig("mlp", Stem.AUTO, RunStart.DEFAULT, "", null, "digits", RunImages.DEFAULT,
                    RunSplits.ALL, 8, List.of(),
                    TrainingOptions.defaults().withOptimizerOptions(
                    OptimizerOptions.NONE.withClipping(clipping).withStates(StateStorage.EIGHT_BIT)), Augment.NONE,
                            "cpu", 1, 0,
                    REFUSED, ConvolutionMethod.AUTO, 0);
            assertThat(RunConfig.fromJson(Json.parseObject(Json.pretty(other.toJson()), "test"), Path.of("c")))
                    .isEqualTo(other);
        }
    }

    @Test
    void aConfigWithoutOneOfItsFieldsIsRefused() {
        RunConfig config =
                new RunConfig("mlp", Stem.AUTO, RunStart.DEFAULT, "", null, "digits", RunImages.DEFAULT,
                        RunSplits.ALL, 8, List.of(), TrainingOptions.defaults(), Augment.NONE, "cpu", 1, 0, REFUSED,
                        ConvolutionMethod.AUTO, 0);
        for (String field : config.toJson().keySet()) {
            Map<String, Object> json = Json.parseObject(Json.write(config.toJson()), "test");
            json.remove(field);
            assertThatThrownBy(() -> RunConfig.fromJson(json, Path.of("c"))).as(field)
                    .isInstanceOf(RunFolderException.class)
                    .hasMessage("c: it has no \"" + field + "\": repair the file or start a new run");
        }
    }
}
