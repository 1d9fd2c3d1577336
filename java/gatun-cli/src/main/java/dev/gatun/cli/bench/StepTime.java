package dev.gatun.cli.bench;

import dev.gatun.backend.Device;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.SampleBatch;
import dev.gatun.engine.CompileOptions;
import dev.gatun.optim.Optimizer;
import dev.gatun.train.Network;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a training step takes on a device: medians over the steps that were made in some seconds.
 *
 * @param device       description of the device
 * @param steps        number of steps
 * @param stepMillis   forward and backward pass, and an update with momentum
 * @param forwardMillis the forward pass
 * @param bytes        off-heap memory
 */
record StepTime(String device, int steps, double stepMillis, double forwardMillis, long bytes) {
    private static final int WARM_UP = 3;
    private static final int LEAST = 5;

    static StepTime measure(SampleBatch batch, String name, int threads, double seconds) {
        try (Device device = Devices.open(name, threads, 0);
                Network network = batch.on(device, CompileOptions.measured(), _ -> {});
                Optimizer optimizer = network.optimizer(
                        SgdHyperparameters.DEFAULTS.withMomentum(0.9).withLearningRate(1e-6))) {
            List<Long> steps = new ArrayList<>();
            List<Long> forwards = new ArrayList<>();
            long end = Long.MAX_VALUE;
            for (int step = 0; step < WARM_UP + LEAST || System.nanoTime() < end; step++) {
                long begin = System.nanoTime();
                network.forward();
                device.stream().synchronize();
                long forward = System.nanoTime();
                network.backward();
                optimizer.step();
                device.stream().synchronize();
                if (step < WARM_UP) {
                    end = System.nanoTime() + (long) (seconds * 1e9);
                } else {
                    forwards.add(forward - begin);
                    steps.add(System.nanoTime() - begin);
                }
            }
            return new StepTime(Devices.describe(device), steps.size(), median(steps) / 1e6, median(forwards) / 1e6,
                    device.memory().used());
        }
    }

    private static double median(List<Long> values) {
        Collections.sort(values);
        return values.get(values.size() / 2);
    }
}
