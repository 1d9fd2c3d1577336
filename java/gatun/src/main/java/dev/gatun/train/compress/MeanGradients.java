package dev.gatun.train.compress;

import dev.gatun.backend.Device;
import dev.gatun.compress.Snapshot;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.data.BatchLoaderOptions;
import dev.gatun.data.Dataset;
import dev.gatun.data.LastBatch;
import dev.gatun.data.Sampler;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.model.Model;
import dev.gatun.train.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The mean gradients of a trained classifier, by which {@code Importance.Taylor} ranks channels. */
public final class MeanGradients {
    private MeanGradients() {}

    /**
     * Computes the gradients of the mean cross-entropy over some batches; nothing is updated.
     *
     * @param examples  with images and labels, as {@code ImageClassification.examples} makes them
     * @param batches   the most batches, taken in the order of the examples
     * @param batchSize images in each; those that do not fill one are left out
     * @return gradients of each parameter, row-major
     * @throws IllegalArgumentException when there are fewer examples than a batch
     */
    public static Map<String, float[]> of(
            Snapshot snapshot, Dataset examples, Device device, int batchSize, int batches) {
        if (examples.size() < batchSize) {
            throw new IllegalArgumentException("gradients are measured over batches of " + batchSize + " images, but "
                    + examples.name() + " has " + examples.size() + ": give more, or take smaller batches");
        }
        Map<String, float[]> sums = new LinkedHashMap<>();
        try (Network network = Network.training(
                        device, Model.LOSS, graph -> snapshot.model().describe(graph, batchSize));
                BatchLoader loader = new BatchLoader(examples, Sampler.sequential(examples.size()),
                        BatchLoaderOptions.defaults().withBatchSize(batchSize).withLastBatch(LastBatch.DROP),
                        device.memory())) {
            snapshot.values().forEach(network.variables()::write);
            Graph graph = network.program().graph();
            loader.start(0, 0);
            int count = Math.min(batches, loader.batches());
            for (int i = 0; i < count; i++) {
                Batch batch = Objects.requireNonNull(loader.next());
                for (Value input : graph.inputs()) {
                    network.set(input.name(), batch.tensor(input.name()));
                }
                loader.release(batch);
                network.forward();
                network.backward();
                for (Value parameter : graph.gradients().keySet()) {
                    add(sums, parameter.name(), network.readGradient(parameter.name()), count);
                }
            }
        }
        return sums;
    }

    private static void add(Map<String, float[]> sums, String name, float[] gradient, int count) {
        float[] sum = sums.computeIfAbsent(name, _ -> new float[gradient.length]);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += gradient[i] / count;
        }
    }
}
