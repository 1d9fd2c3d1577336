package dev.gatun.cli.compress;

import dev.gatun.backend.Device;
import dev.gatun.compress.Snapshot;
import dev.gatun.engine.CompileOptions;
import dev.gatun.model.GraphNetwork;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import dev.gatun.train.compress.Snapshots;
import java.util.SplittableRandom;

/** How long a network takes in inference on this machine. */
final class Latency {
    private static final int WARM_UP = 3;
    private static final int TIMES = 40;

    private Latency() {}

    /** The shortest time of a batch of random images, in seconds: what other programs do only adds to it. */
    static double seconds(Snapshot snapshot, Device device, int batchSize) {
        SplittableRandom random = new SplittableRandom(1);
        try (Network network = Snapshots.open(snapshot, device,
                NetworkOptions.defaults().withCompile(CompileOptions.measured()), batchSize)) {
            network.fill(GraphNetwork.INPUT, () -> random.nextDouble(-1, 1));
            double shortest = Double.POSITIVE_INFINITY;
            for (int i = -WARM_UP; i < TIMES; i++) {
                long begin = System.nanoTime();
                network.forward();
                device.stream().synchronize();
                if (i >= 0) {
                    shortest = Math.min(shortest, (System.nanoTime() - begin) / 1e9);
                }
            }
            return shortest;
        }
    }
}
