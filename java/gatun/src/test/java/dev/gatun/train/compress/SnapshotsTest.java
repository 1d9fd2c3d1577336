package dev.gatun.train.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.TestDevices;
import dev.gatun.compress.NetworkCost;
import dev.gatun.compress.Snapshot;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.SafetensorsFile;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.GraphNetwork;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class SnapshotsTest {
    @TempDir
    Path folder;

    private static DataSplit digits() {
        return DataSource.digits(DigitsOptions.defaults().withTrain(96).withTest(32));
    }

    private static TrainingOptions options(double average) {
        TrainingOptions options = TrainingOptions.defaults().withEpochs(1).withBatchSize(32);
        return options.withOptimizerOptions(options.optimizerOptions().withAverageDecay(average));
    }

    private static float[] scores(Snapshot snapshot, Device device) {
        SplittableRandom random = new SplittableRandom(3);
        try (Network network = Snapshots.open(snapshot, device, NetworkOptions.defaults(), 3)) {
            return network.fill("images", () -> random.nextDouble()).forward().read("scores");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.9})
    void aCheckpointGivesTheNetworkBackWithTheValuesThatItIsEvaluatedWith(double average) {
        Model model = Models.create("lenet", 1, 28, 28, 10);
        try (DataSplit data = digits(); Device device = TestDevices.open("cpu")) {
            Snapshot trained;
            float[] expected;
            try (Trainer trainer = new Trainer(model, data, device, options(average))) {
                trainer.run();
                trained = Snapshots.of(trainer);
                expected = scores(trained, device);
                new CheckpointStore(folder).write(3, trainer.checkpoint());
            }
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(folder)) {
                Snapshot read = Snapshots.read(checkpoint);
                assertThat(read.values().keySet()).containsExactlyElementsOf(trained.values().keySet());
                assertThat(NetworkCost.of(read.model())).isEqualTo(NetworkCost.of(model));
                if (average == 0) {
                    assertThat(scores(read, device)).isEqualTo(expected);
                } else {
                    assertThat(scores(read, device)).isNotEqualTo(expected);
                }
                Path file = folder.resolve("w.safetensors");
                read.save(file);
                try (SafetensorsFile saved = SafetensorsFile.open(file)) {
                    assertThat(saved.names()).containsExactlyInAnyOrderElementsOf(read.values().keySet());
                }
                // A network that was read is trained like any other, from the values that it had.
                try (Trainer trainer = new Trainer(read.model(), data, device, options(0))) {
                    Snapshots.load(read, trainer);
                    assertThat(scores(Snapshots.of(trainer), device)).isEqualTo(scores(read, device));
                    trainer.run();
                    assertThat(trainer.lastEvaluation()).isNotNull();
                    assertThat(scores(Snapshots.of(trainer), device)).isNotEqualTo(scores(read, device));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet18", "mobilenet_v2", "vit_tiny"})
    void aNetworkStandsTwiceInAGraphUnderTwoNames(String name) {
        GraphNetwork network = GraphNetwork.of(Models.create(name, 3, 32, 32, 4).network());
        GraphBuilder graph = new GraphBuilder();
        Value images = graph.input("x", TensorType.f32(2, 3, 32, 32));
        graph.output("a", network.apply(graph, "a", images));
        graph.output("b", network.apply(graph, "b", images));
        assertThat(graph.build().variables()).allMatch(value -> value.name().matches("[ab]\\..+"))
                .hasSize(2 * Snapshot.variables(Models.create(name, 3, 32, 32, 4)).size());
    }

    @Test
    void valuesAreThoseOfTheModelsVariablesAndNoOthers() {
        Model model = Models.create("mlp", 1, 4, 4, 3);
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Variable variable : Snapshot.variables(model)) {
            values.put(variable.name(), new float[Math.toIntExact(variable.shape().elements())]);
        }
        Snapshot whole = new Snapshot(model, values);
        assertThat(whole.parameters()).isEqualTo(NetworkCost.of(model).parameters());
        assertThatThrownBy(() -> whole.values("fc9.weight")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no variable fc9.weight");
        values.put("other", new float[1]);
        assertThatThrownBy(() -> new Snapshot(model, values)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there are values of other, which model mlp has not");
        values.remove("other");
        values.put("fc1.bias", new float[2]);
        assertThatThrownBy(() -> new Snapshot(model, values)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("variable fc1.bias (256) has 2 values");
    }
}
