package dev.gatun.train.compress;

import dev.gatun.backend.Device;
import dev.gatun.compress.Snapshot;
import dev.gatun.compress.quantize.Quantization;
import dev.gatun.compress.quantize.QuantizationOptions;
import dev.gatun.compress.quantize.Quantized;
import dev.gatun.compress.quantize.Seen;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.data.BatchLoaderOptions;
import dev.gatun.data.Dataset;
import dev.gatun.data.LastBatch;
import dev.gatun.data.Sampler;
import dev.gatun.model.GraphNetwork;
import dev.gatun.train.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/** Quantizes a trained classifier by the ranges that its activations have on examples. */
public final class Calibration {
    private Calibration() {}

    /**
     * Quantizes a network. Nothing is trained.
     *
     * @param examples  images as the network reads them, as {@code ImageClassification.examples} makes them; what they
     *                  are labelled is not looked at
     * @param batchSize images that are computed at once
     * @param images    the most images that are looked at, from the first
     * @throws IllegalArgumentException when there are no examples, or the network is quantized already
     */
    public static Quantized quantize(
            Snapshot snapshot, QuantizationOptions options, Dataset examples, Device device, int batchSize,
            int images) {
        Quantization quantization = Quantization.of(snapshot, options);
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < quantization.observations(); i++) {
            seen.add(new Seen());
        }
        if (!seen.isEmpty() && examples.size() > 0) {
            int size = Math.min(batchSize, examples.size());
            int batches = Math.max(1, Math.min(images, examples.size()) / size);
            look(quantization, examples, device, size, batches, (i, values) -> seen.get(i).add(values));
            if (quantization.needsCounts()) {
                look(quantization, examples, device, size, batches, (i, values) -> seen.get(i).count(values));
            }
        }
        return quantization.quantize(seen);
    }

    private static void look(
            Quantization quantization, Dataset examples, Device device, int batchSize, int batches,
            BiConsumer<Integer, float[]> watcher) {
        Snapshot folded = quantization.folded();
        try (Network network = Network.inference(device, graph -> graph.replay(quantization.observed(batchSize), "",
                        Map.of(GraphNetwork.INPUT, graph.input(GraphNetwork.INPUT,
                                quantization.observed(batchSize).inputs().getFirst().type())))
                        .forEach(graph::output));
                BatchLoader loader = new BatchLoader(examples, Sampler.sequential(examples.size()),
                        BatchLoaderOptions.defaults().withBatchSize(batchSize).withLastBatch(LastBatch.DROP),
                        device.memory())) {
            folded.values().forEach(network.variables()::write);
            loader.start(0, 0);
            for (int batch = 0; batch < batches; batch++) {
                Batch next = Objects.requireNonNull(loader.next());
                network.set(GraphNetwork.INPUT, next.tensor(GraphNetwork.INPUT));
                loader.release(next);
                network.forward();
                for (int i = 0; i < quantization.observations(); i++) {
                    watcher.accept(i, network.read(Quantization.OBSERVED + i));
                }
            }
        }
    }
}
