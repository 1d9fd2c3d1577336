package dev.gatun.train;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.dropout;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.sequential;
import static dev.gatun.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.TensorDataset;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.NoLeaks;
import dev.gatun.nn.BatchNorm;
import dev.gatun.nn.loss.Losses;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.shape.TensorType;
import dev.gatun.update.StateStorage;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A loop written by hand stops, and goes on from its checkpoint as if it had not. */
@ExtendWith(NoLeaks.class)
class NetworkCheckpointTest {
    private static final int BATCH = 6;
    private static final OptimizerOptions AROUND = OptimizerOptions.NONE.withAverageDecay(0.9)
            .withStates(StateStorage.EIGHT_BIT).withLossScaling(LossScaling.DYNAMIC.withInterval(2));

    @TempDir
    Path folder;

    private static void describe(GraphBuilder graph) {
        describe(graph, batchNorm());
    }

    private static void describe(GraphBuilder graph, BatchNorm normalization) {
        Value x = graph.input("x", TensorType.f32(BATCH, 5));
        Value guess = sequential(linear(300), normalization, tanh(), dropout(0.3), linear(1)).apply(graph, "net", x);
        graph.output("guess", guess);
        graph.output("loss", Losses.meanSquaredError(graph, "loss", guess,
                graph.input("y", TensorType.f32(BATCH, 1))));
    }

    private static Network network(Device device) {
        return Network.training(device, "loss", NetworkCheckpointTest::describe);
    }

    private static List<Float> steps(Network network, Optimizer optimizer, int from, int to) {
        List<Float> losses = new ArrayList<>();
        for (int step = from; step < to; step++) {
            Random random = new Random(step);
            network.fill("x", random::nextGaussian).fill("y", random::nextGaussian).forward();
            losses.add(network.scalar("loss"));
            network.backward();
            optimizer.step();
        }
        return losses;
    }

    private static Map<String, List<Float>> values(Network network) {
        Map<String, List<Float>> values = new HashMap<>();
        network.variables().slots().forEach(slot -> {
            List<Float> list = new ArrayList<>();
            for (float value : network.variables().read(slot.variable().name())) {
                list.add(value);
            }
            values.put(slot.variable().name(), list);
        });
        return values;
    }

    static Stream<Arguments> devicesAndOptions() {
        return TestDevices.names().flatMap(name -> Stream.of(OptimizerOptions.NONE, AROUND)
                .map(options -> Arguments.of(name, options)));
    }

    private void goesOn(String backend, OptimizerOptions options, Function<Device, Network> description) {
        List<Float> losses;
        Map<String, List<Float>> end;
        try (Device device = TestDevices.open(backend); Network network = description.apply(device).initialize(7);
                Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM, options)) {
            steps(network, optimizer, 0, 5);
            new CheckpointStore(folder).write(5, network.checkpoint(optimizer));
            losses = steps(network, optimizer, 5, 9);
            end = values(network);
        }
        try (Device device = TestDevices.open(backend); Network network = description.apply(device);
                Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM, options);
                LoadedCheckpoint checkpoint = CheckpointStore.read(folder)) {
            network.restore(checkpoint, optimizer);
            assertThat(optimizer.steps()).isEqualTo(5);
            assertThat(steps(network, optimizer, 5, 9)).isEqualTo(losses);
            assertThat(values(network)).isEqualTo(end);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void trainingGoesOnBitForBit(String backend) {
        goesOn(backend, OptimizerOptions.NONE, NetworkCheckpointTest::network);
    }

    @ParameterizedTest
    @MethodSource("devicesAndOptions")
    void soItDoesWithWhateverIsAroundTheOptimizer(String backend, OptimizerOptions options) {
        goesOn(backend, options, NetworkCheckpointTest::network);
    }

    /** It counts its batches in a variable of its own, which is saved under the name of PyTorch's counter. */
    @ParameterizedTest
    @OnEachDevice
    void soItDoesWithMeansOverAllBatches(String backend) {
        goesOn(backend, OptimizerOptions.NONE,
                device -> Network.training(device, "loss", graph -> describe(graph, batchNorm().cumulative())));
        try (Device device = TestDevices.open(backend); LoadedCheckpoint checkpoint = CheckpointStore.read(folder);
                TrainedModel model = TrainedModel.open(checkpoint, device, BATCH)) {
            assertThat(checkpoint.model().type("net.1.num_batches_tracked")).isEqualTo(TensorType.f32());
            assertThat(model.variables().read("net.1.num_batches_tracked")).containsExactly(5);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void itOpensAsATrainedModel(String backend) {
        float[] x = new float[5 * BATCH];
        for (int i = 0; i < x.length; i++) {
            x[i] = i / 10f - 1;
        }
        try (Device device = TestDevices.open(backend); Network network = network(device);
                Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM)) {
            steps(network, optimizer, 0, 3);
            new CheckpointStore(folder).write(3, network.checkpoint());
            try (Network inference = Network.inference(device, NetworkCheckpointTest::describe, network);
                    LoadedCheckpoint checkpoint = CheckpointStore.read(folder);
                    TrainedModel model = TrainedModel.open(checkpoint, device, BATCH)) {
                float[] wanted = inference.set("x", x).forward().read("guess");
                assertThat(model.predict("guess", TensorDataset.of("new", BATCH).with("x", x, 5)).values())
                        .containsExactly(wanted);
                assertThatThrownBy(() -> TrainedModel.open(checkpoint, device, 2))
                        .isInstanceOf(CheckpointException.class).hasMessageContaining("for batches of 6 only, not 2");
            }
        }
    }

    /** They are in the checkpoint, so that it opens alone; a network restores only its own. */
    @ParameterizedTest
    @OnEachDevice
    void variablesOfAnotherNetworkAreSavedToo(String backend) {
        try (Device device = TestDevices.open(backend); Network body = network(device);
                Network head = Network.training(device, "loss", graph -> {
                    Value x = graph.input("x", TensorType.f32(BATCH, 5));
                    Value features = sequential(linear(300), batchNorm()).apply(graph, "net", x);
                    Value guess = linear(2).apply(graph, "head", features);
                    graph.output("guess", guess);
                    graph.output("loss", Losses.meanSquaredError(graph, "loss", guess,
                            graph.input("y", TensorType.f32(BATCH, 2))));
                }, body)) {
            new CheckpointStore(folder).write(0, head.checkpoint());
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(folder);
                    TrainedModel model = TrainedModel.open(checkpoint, device, BATCH)) {
                assertThat(model.variables().read("net.0.weight")).isEqualTo(body.variables().read("net.0.weight"));
                Map<String, List<Float>> trained = values(body);
                body.initialize(9);
                Map<String, List<Float>> before = values(body);
                head.restore(checkpoint);
                assertThat(values(body)).isEqualTo(before).isNotEqualTo(trained);
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void whatDoesNotFitChangesNothing(String backend) {
        try (Device device = TestDevices.open(backend); Network network = network(device);
                Optimizer adam = network.optimizer(AdamHyperparameters.ADAM)) {
            steps(network, adam, 0, 2);
            CheckpointStore store = new CheckpointStore(folder);
            store.write(1, network.checkpoint());
            store.write(2, network.checkpoint(adam));
            steps(network, adam, 2, 3);
            Map<String, List<Float>> before = values(network);
            try (LoadedCheckpoint without = CheckpointStore.read(store.all().getFirst());
                    LoadedCheckpoint whole = CheckpointStore.read(store.all().getLast())) {
                assertThatThrownBy(() -> network.restore(without, adam)).isInstanceOf(CheckpointException.class)
                        .hasMessageContaining("was made with optimizer none, this run has AdamHyperparameters");
                for (Map.Entry<String, Object> bad : Map.<String, Object>of("passes", -1L, "optimizer_steps", "two",
                        "seed", 0.5, "loss_scaler", 3L, "hyperparameters", List.of()).entrySet()) {
                    Map<String, Object> state = new HashMap<>(whole.state());
                    state.put(bad.getKey(), bad.getValue());
                    LoadedCheckpoint damaged = new LoadedCheckpoint(
                            whole.path(), 2, whole.description(), state, whole.model(), whole.optimizer());
                    assertThatThrownBy(() -> network.restore(damaged, adam)).isInstanceOf(CheckpointException.class)
                            .hasMessage(whole.path() + ": state.json has no valid \"" + bad.getKey() + "\" ("
                                    + bad.getValue() + "); resume from an earlier checkpoint");
                }
                assertThat(values(network)).isEqualTo(before);
                assertThat(adam.steps()).isEqualTo(3);
                network.restore(whole); // without what the optimizer remembers
                assertThat(values(network)).isNotEqualTo(before);
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void anotherNetworkIsRefused(String backend) {
        try (Device device = TestDevices.open(backend); Network network = network(device);
                Network other = Network.training(device, "loss", graph -> {
                    Value guess = linear(1).apply(graph, "net", graph.input("x", TensorType.f32(BATCH, 5)));
                    graph.output("loss", Losses.meanSquaredError(graph, "loss", guess,
                            graph.input("y", TensorType.f32(BATCH, 1))));
                });
                Optimizer optimizer = other.optimizer(SgdHyperparameters.DEFAULTS);
                Network inference = Network.inference(device, NetworkCheckpointTest::describe, network)) {
            new CheckpointStore(folder).write(1, network.checkpoint());
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(folder)) {
                assertThatThrownBy(() -> other.restore(checkpoint)).isInstanceOf(CheckpointException.class)
                        .hasMessageContaining("has no tensor net.weight");
                assertThatIllegalArgumentException().isThrownBy(() -> network.restore(checkpoint, optimizer))
                        .withMessageContaining("the optimizer is not this network's");
            }
            assertThatIllegalArgumentException().isThrownBy(() -> network.checkpoint(optimizer))
                    .withMessageContaining("the optimizer is not this network's");
            assertThatThrownBy(inference::checkpoint).isInstanceOf(IllegalStateException.class)
                    .hasMessage("this network only computes: save the one that trains its variables");
        }
    }
}
