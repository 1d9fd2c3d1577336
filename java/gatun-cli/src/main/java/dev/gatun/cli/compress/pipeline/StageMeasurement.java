package dev.gatun.cli.compress.pipeline;

import dev.gatun.backend.Device;
import dev.gatun.compress.NetworkCost;
import dev.gatun.compress.Snapshot;
import dev.gatun.data.TensorDataset;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.file.Disk;
import dev.gatun.model.Model;
import dev.gatun.train.Evaluation;
import dev.gatun.train.TrainedModel;
import dev.gatun.train.compress.Snapshots;
import dev.gatun.train.export.OnnxModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Measures the networks of a pipeline, all on one device and the same images. */
final class StageMeasurement {
    /** Images in a batch, where the speed of batches is measured. */
    static final int BATCH = 64;
    private static final int ROUNDS = 7;
    private static final double SECONDS_OF_ROUND = 0.15;

    private final Device device;
    private final ImageDataset test;

    StageMeasurement(Device device, ImageDataset test) {
        this.device = device;
        this.test = test;
    }

    /**
     * Measures a checkpoint.
     *
     * @param name what to call it
     * @param path folder of the checkpoint, or of the run for its latest
     */
    StageFigures of(String name, Path path) {
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(path)) {
            Snapshot snapshot = Snapshots.read(checkpoint);
            NetworkCost cost = NetworkCost.of(snapshot.model());
            double one = speed(checkpoint, snapshot.model(), 1);
            try (TrainedModel model = TrainedModel.open(checkpoint, device, BATCH)) {
                Evaluation result = model.evaluate(test);
                return new StageFigures(name, result.accuracy(), result.loss(), cost.parameters(), cost.macs(),
                        onnxBytes(checkpoint), one, speed(checkpoint, snapshot.model(), BATCH));
            }
        }
    }

    /** Images a second: the median of some rounds, each long enough for the clock. */
    private double speed(LoadedCheckpoint checkpoint, Model shape, int batch) {
        try (TrainedModel model = TrainedModel.open(checkpoint, device, batch)) {
            int images = batch;
            double seconds = seconds(model, images(shape, images)); // compiles
            seconds = Math.min(seconds, seconds(model, images(shape, images)));
            images = batch * (int) Math.max(1, Math.min(256, SECONDS_OF_ROUND / Math.max(seconds, 1e-6)));
            TensorDataset many = images(shape, images);
            double[] rounds = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                rounds[i] = seconds(model, many);
            }
            Arrays.sort(rounds);
            return images / rounds[ROUNDS / 2];
        }
    }

    private static double seconds(TrainedModel model, TensorDataset images) {
        long begin = System.nanoTime();
        model.predict(Model.PROBABILITIES, images);
        return (System.nanoTime() - begin) / 1e9;
    }

    private static TensorDataset images(Model shape, int count) {
        int pixels = shape.channels() * shape.height() * shape.width();
        float[] values = new float[count * pixels];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return TensorDataset.of("random images", count)
                .with(Model.IMAGES, values, shape.channels(), shape.height(), shape.width());
    }

    private static long onnxBytes(LoadedCheckpoint checkpoint) {
        try {
            Path folder = Files.createTempDirectory("gatun-");
            try {
                Path file = folder.resolve("model.onnx");
                OnnxModels.save(file, checkpoint, Model.PROBABILITIES);
                return Files.size(file);
            } finally {
                Disk.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot measure the size of " + checkpoint.path(), e);
        }
    }
}
