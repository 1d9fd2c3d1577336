package dev.gatun.cli.compress.pipeline;

import dev.gatun.backend.Device;
import dev.gatun.compress.NetworkCost;
import dev.gatun.compress.Snapshot;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.engine.CompileOptions;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.file.Disk;
import dev.gatun.memory.Closing;
import dev.gatun.model.GraphNetwork;
import dev.gatun.model.Model;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import dev.gatun.train.TrainedModel;
import dev.gatun.train.compress.Snapshots;
import dev.gatun.train.export.OnnxModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Measures the networks of a pipeline, all on one device and the same images. */
final class StageMeasurement {
    /** Images in a batch, where the speed of batches is measured. */
    static final int BATCH = 64;
    private static final int ROUNDS = 7;
    private static final double SECONDS_OF_ROUND = 0.1;
    private static final int MOST_TIMES = 100_000;
    private static final int WARM_UP = 5;
    private static final NetworkOptions FASTEST =
            NetworkOptions.defaults().withCompile(CompileOptions.measured());

    private final Device device;
    private final ImageDataset test;

    StageMeasurement(Device device, ImageDataset test) {
        this.device = device;
        this.test = test;
    }

    /**
     * Measures checkpoints.
     *
     * @param paths by what to call them: folders of checkpoints, or of runs for their latest
     */
    List<StageFigures> of(Map<String, Path> paths) {
        List<LoadedCheckpoint> open = new ArrayList<>();
        try {
            paths.values().forEach(path -> open.add(CheckpointStore.read(path)));
            List<Snapshot> snapshots = open.stream().map(Snapshots::read).toList();
            double[] one = speeds(snapshots, 1);
            double[] batched = speeds(snapshots, BATCH);
            List<StageFigures> all = new ArrayList<>();
            for (String name : paths.keySet()) {
                LoadedCheckpoint checkpoint = open.get(all.size());
                NetworkCost cost = NetworkCost.of(snapshots.get(all.size()).model());
                try (TrainedModel model = TrainedModel.open(checkpoint, device, BATCH)) {
                    Evaluation result = model.evaluate(test);
                    all.add(new StageFigures(name, result.accuracy(), result.loss(), cost.parameters(), cost.macs(),
                            onnxBytes(checkpoint), one[all.size()], batched[all.size()]));
                }
            }
            return all;
        } finally {
            Closing.inReverse(open);
        }
    }

    /** Images a second of each: medians of rounds in which all take their turn, as the machine may change its speed. */
    private double[] speeds(List<Snapshot> snapshots, int batch) {
        SplittableRandom random = new SplittableRandom(1);
        List<Network> networks = new ArrayList<>();
        try {
            int[] times = new int[snapshots.size()];
            for (Snapshot snapshot : snapshots) {
                Network network = Snapshots.open(snapshot, device, FASTEST, batch);
                networks.add(network);
                network.fill(GraphNetwork.INPUT, () -> random.nextDouble(-1, 1));
                seconds(network, WARM_UP);
                times[networks.size() - 1] = (int) Math.clamp(
                        SECONDS_OF_ROUND / (seconds(network, WARM_UP) / WARM_UP), 1, MOST_TIMES);
            }
            double[][] rounds = new double[networks.size()][ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < networks.size(); i++) {
                    rounds[i][round] = (double) batch * times[i] / seconds(networks.get(i), times[i]);
                }
            }
            return Arrays.stream(rounds).mapToDouble(each -> {
                Arrays.sort(each);
                return each[ROUNDS / 2];
            }).toArray();
        } finally {
            Closing.inReverse(networks);
        }
    }

    private double seconds(Network network, int times) {
        long begin = System.nanoTime();
        for (int i = 0; i < times; i++) {
            network.forward();
        }
        device.stream().synchronize();
        return Math.max(System.nanoTime() - begin, 1) / 1e9;
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
