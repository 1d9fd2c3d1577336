package dev.gatun.cli.compress.pipeline;

import dev.gatun.backend.Device;
import dev.gatun.compress.sparse.MaskSelection;
import dev.gatun.compress.sparse.SparsityOptions;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Variable;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.train.TrainedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How much a network needs each of its layers: its accuracy when the smallest weights of one layer are zero, and all
 * others as they are (Han et al., 2015).
 *
 * @param layer      name of the layer's weight
 * @param accuracies for each of {@link #SHARES}
 */
record Sensitivity(String layer, List<Double> accuracies) {
    /** Shares of a layer's weights that become zero. */
    static final List<Double> SHARES = List.of(0.5, 0.8);

    Sensitivity {
        accuracies = List.copyOf(accuracies);
    }

    /** Measures each layer of a run's latest checkpoint. */
    static List<Sensitivity> of(Path run, Device device, ImageDataset images) {
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(run);
                TrainedModel model = TrainedModel.open(checkpoint, device, StageMeasurement.BATCH)) {
            List<Sensitivity> all = new ArrayList<>();
            Variables variables = model.variables();
            for (Variables.Slot slot : variables.slots()) {
                Variable variable = slot.variable();
                if (variable.kind() != Variable.Kind.WEIGHT || variable.shape().rank() < 2) {
                    continue;
                }
                float[] whole = variables.read(variable.name());
                List<Double> accuracies = new ArrayList<>();
                for (double share : SHARES) {
                    variables.write(variable.name(), withoutSmallest(variable, whole, share));
                    accuracies.add(model.evaluate(images).accuracy());
                }
                variables.write(variable.name(), whole);
                all.add(new Sensitivity(variable.name(), accuracies));
            }
            return all;
        }
    }

    private static float[] withoutSmallest(Variable variable, float[] weights, double share) {
        float[] mask = Objects.requireNonNull(MaskSelection.masks(List.of(MaskSelection.magnitude(variable, weights)),
                SparsityOptions.defaults(), share).get(variable.name()));
        float[] kept = weights.clone();
        for (int i = 0; i < kept.length; i++) {
            kept[i] *= mask[i];
        }
        return kept;
    }
}
