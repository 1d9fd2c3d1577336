package dev.gatun.train.tune;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.engine.Variables;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.Tensors;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.nn.Dense;
import dev.gatun.nn.Functions;
import dev.gatun.op.Reduce;
import dev.gatun.op.function.Reduction;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class FineTuningTest {
    private static final Model MODEL = new Model("tuned", 1, 28, 28, 10, sequential(
            flatten(), linear(6), batchNorm(), relu(), linear(5), relu(), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(1).withBatchSize(8)
            .withSchedule(RunSchedule.CONSTANT);

    private static Map<String, byte[]> tensors(Trainer trainer) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        try (Checkpoint checkpoint = trainer.checkpoint()) {
            checkpoint.model().forEach(tensor -> bytes.put(tensor.name(), Tensors.bytes(tensor)));
        }
        return bytes;
    }

    @ParameterizedTest
    @OnEachDevice
    void frozenParametersKeepEveryBit(String backend) {
        TrainingOptions options = OPTIONS.withFineTuning(FineTuning.NONE.freezing("!{4,6}.*"))
                .withOptimizer(AdamHyperparameters.ADAMW);
        try (DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(30).withTest(10));
                Device device = TestDevices.open(backend);
                Trainer trainer = new Trainer(MODEL, digits, device, options)) {
            Map<String, byte[]> before = tensors(trainer);
            trainer.run();
            Map<String, byte[]> after = tensors(trainer);
            for (String name : List.of("1.weight", "1.bias", "2.weight", "2.bias")) {
                assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
            }
            for (String name : List.of("4.weight", "4.bias", "6.weight", "2.running_mean")) {
                assertThat(after.get(name)).as(name).isNotEqualTo(before.get(name));
            }
            assertThat(trainer.variables().slots().stream().filter(Variables.Slot::isTrained)
                    .map(slot -> slot.variable().name()))
                    .as("what has gradients").containsExactlyInAnyOrder("4.weight", "4.bias", "6.weight", "6.bias");
        }
    }

    /** Plain gradient descent: each weight moves by its own rate times its gradient, and its own decay. */
    @ParameterizedTest
    @OnEachDevice
    void groupsHaveNumbersOfTheirOwn(String backend) {
        FineTuning tuning = FineTuning.NONE.withRules(List.of(
                ParameterRule.parse("head.*:lr=0.5"), ParameterRule.parse("*.weight:weight-decay=0.25")));
        try (Device device = TestDevices.open(backend);
                Network network = Network.training(device, NetworkOptions.defaults().withTrained(tuning::trains),
                        "loss", graph -> {
                            var x = graph.input("x", TensorType.f32(2, 3));
                            var hidden = Functions.tanh(graph, "tanh", new Dense(4).apply(graph, "body", x));
                            var y = new Dense(2).apply(graph, "head", hidden);
                            graph.output("loss", graph.apply("loss", Reduce.over(Reduction.MEAN, 0, 1),
                                    Functions.square(graph, "squares", y)));
                        });
                Optimizer optimizer = network.optimizer(SgdHyperparameters.DEFAULTS.withLearningRate(0.125)
                        .withWeightDecay(0.0625), OptimizerOptions.NONE, tuning)) {
            Map<String, float[]> before = new LinkedHashMap<>();
            List<String> names = List.of("body.weight", "body.bias", "head.weight", "head.bias");
            names.forEach(name -> before.put(name, network.variables().read(name)));
            network.set("x", 0.5f, -1, 2, 0.25f, 1.5f, -0.75f).forward().backward();
            Map<String, float[]> gradients = new LinkedHashMap<>();
            names.forEach(name -> gradients.put(name, network.readGradient(name)));
            optimizer.step();
            double[][] rateAndDecay = {{0.125, 0.25}, {0.125, 0}, {0.5, 0.0625}, {0.5, 0}};
            for (int k = 0; k < names.size(); k++) {
                float[] old = Objects.requireNonNull(before.get(names.get(k)));
                float[] gradient = Objects.requireNonNull(gradients.get(names.get(k)));
                float[] now = network.variables().read(names.get(k));
                for (int i = 0; i < now.length; i++) {
                    double wanted = old[i] - rateAndDecay[k][0] * (gradient[i] + rateAndDecay[k][1] * old[i]);
                    assertThat((double) now[i]).as(names.get(k)).isCloseTo(wanted, within(1e-6));
                }
            }
            assertThat(optimizer.hyperparameters(0).learningRate()).as("the first group has no rule of its own")
                    .isEqualTo(0.125);
        }
    }

    @Test
    void patternsMustMatchSomething() {
        var graph = MODEL.graph(2);
        FineTuning.NONE.freezing("1.*", "[46].bias").check(graph);
        assertThatIllegalArgumentException().isThrownBy(() -> FineTuning.NONE.freezing("7.*").check(graph))
                .withMessage("no parameter is called '7.*'; there are [1.weight, 1.bias, 2.weight, 2.bias, 4.weight,"
                        + " 4.bias] and so on, 8 in all");
        assertThatIllegalArgumentException().isThrownBy(() -> FineTuning.NONE.withRules(
                List.of(ParameterRule.parse("2.running_mean:lr=1"))).check(graph));
        assertThatIllegalArgumentException().isThrownBy(() -> FineTuning.NONE.freezing("*").check(graph))
                .withMessage("all 8 parameters are frozen, so that none is trained");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fc.*:lr=0.1", "fc.*:weight-decay=0.0", "a:b:lr=0.1,weight-decay=0.5"})
    void readsWhatItWrites(String text) {
        assertThat(ParameterRule.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fc.*", ":lr=1", "fc:", "fc:lr", "fc:lr=x", "fc:lr=-1", "fc:lr=NaN", "fc:rate=1", "[:lr=1"})
    void refusesOtherWords(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ParameterRule.parse(text));
    }
}
