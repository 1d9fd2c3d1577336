package dev.gatun.cli.doctor;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Layers;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import java.util.Arrays;
import java.util.Locale;

/** Compares a convolution of the native libraries, forward and backward, with the reference in plain Java. */
final class SelfTest {
    /** Of the largest value: sums of floats in another order. */
    private static final double TOLERANCE = 1e-4;

    private static final int IMAGES = 2;
    private static final int SIDE = 12;
    private static final int CHANNELS = 3;

    private SelfTest() {}

    /**
     * What came out.
     *
     * @param error the largest difference as a share of the largest value
     */
    record Outcome(double error) {
        boolean passed() {
            return error <= TOLERANCE; // NaN is none
        }

        String text() {
            return String.format(Locale.ROOT, "a convolution, forward and backward, differs from plain Java by %.1e",
                    error);
        }
    }

    /** Computes the same on a device and on the reference. */
    static Outcome of(String device) {
        float[] found = compute(device);
        float[] expected = compute("reference");
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double own = Math.abs(found[i] - (double) expected[i]);
            difference = own > difference || Double.isNaN(own) ? own : difference;
        }
        return new Outcome(difference / largest);
    }

    private static void describe(GraphBuilder graph) {
        Value images = graph.input("images", TensorType.f32(IMAGES, CHANNELS, SIDE, SIDE));
        Value result = Layers.conv2d(8, 3).apply(graph, "conv", images);
        graph.output("result", result);
        graph.output("loss", Functions.mean(graph, "loss", Functions.square(graph, "square", result)));
    }

    /** The convolution's results, then its weights' gradient. */
    private static float[] compute(String name) {
        try (Device device = Backends.open(name, DeviceOptions.defaults().withThreads(1));
                Network network = Network.training(device, "loss", SelfTest::describe)) {
            float[] images = new float[IMAGES * CHANNELS * SIDE * SIDE];
            for (int i = 0; i < images.length; i++) {
                images[i] = (i * 7919 % 201 - 100) / 100f;
            }
            network.initialize(1).set("images", images).forward();
            float[] results = network.read("result");
            network.backward();
            float[] gradient = network.readGradient("conv.weight");
            float[] all = Arrays.copyOf(results, results.length + gradient.length);
            System.arraycopy(gradient, 0, all, results.length, gradient.length);
            return all;
        }
    }
}
