package dev.gatun.guard;

import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.conv3d;
import static dev.gatun.nn.Layers.sequential;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.engine.CompileOptions;
import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Layer;
import dev.gatun.op.Reduce;
import dev.gatun.op.function.Reduction;
import dev.gatun.reference.Close;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * A program that prints layout, operation and implementation of every convolution and gradient of some that oneDNN has
 * few kernels for, and fails where a gradient is not the reference's. Which kernels there are is decided once in a
 * process.
 */
final class ConvolutionGradients {
    private static final String LOSS = "loss";

    private ConvolutionGradients() {}

    /** The layer in front makes the images have a gradient. */
    private static final Map<Shape, Layer> LAYERS = new LinkedHashMap<>();

    static {
        LAYERS.put(Shape.of(2, 3, 20, 20), sequential(conv2d(3, 1), conv2d(16, 7).stride(2).padding(3)));
        LAYERS.put(Shape.of(2, 3, 12, 12), sequential(conv2d(3, 1), conv2d(32, 3).padding(1)));
        LAYERS.put(Shape.of(2, 3, 16, 16), sequential(conv2d(3, 1), conv2d(24, 4).stride(4)));
        LAYERS.put(Shape.of(2, 1, 14, 14), sequential(conv2d(1, 1), conv2d(20, 5).padding(2)));
        LAYERS.put(Shape.of(2, 16, 12, 12), sequential(conv2d(16, 1), conv2d(16, 3).padding(2).dilation(2)));
        LAYERS.put(Shape.of(1, 16, 4, 8, 8), sequential(conv3d(16, 1), conv3d(16, 3).padding(1)));
        LAYERS.put(Shape.of(1, 32, 4, 8, 8), sequential(conv3d(32, 1), conv3d(64, 3).stride(2).padding(1)));
        LAYERS.put(Shape.of(1, 3, 4, 8, 8), sequential(conv3d(3, 1), conv3d(32, 3).padding(1)));
        LAYERS.put(Shape.of(1, 17, 4, 8, 8), sequential(conv3d(17, 1), conv3d(33, 3).padding(1)));
    }

    public static void main(String[] arguments) {
        LAYERS.forEach((images, layer) -> {
            Map<String, double[]> expected;
            try (Device device = Backends.open("reference", DeviceOptions.defaults());
                    Network network = network(device, CompileOptions.defaults(), images, layer)) {
                expected = gradients(network);
            }
            for (LayoutPolicy layout : LayoutPolicy.values()) {
                try (Device device = Backends.open("cpu", DeviceOptions.defaults());
                        Network network =
                                network(device, CompileOptions.defaults().withLayout(layout), images, layer)) {
                    Map<String, double[]> actual = gradients(network);
                    expected.forEach((name, gradient) ->
                            Close.assertClose(layout + " " + images + " " + name,
                                    Objects.requireNonNull(actual.get(name)), gradient, 2e-5));
                    network.program().explain().stream()
                            .filter(kernel -> kernel.operation().startsWith("convolution"))
                            .forEach(kernel -> System.out.println(
                                    layout + " " + kernel.operation() + " " + kernel.implementation()));
                }
            }
        });
        System.out.println("end");
    }

    private static Network network(Device device, CompileOptions options, Shape images, Layer layer) {
        return Network.training(device, NetworkOptions.defaults().withCompile(options), LOSS, graph -> {
            Value y = Functions.square(graph, "square", layer.apply(graph, "", graph.input("images",
                    TensorType.f32(images.extents()))));
            graph.output(LOSS, graph.apply(LOSS, Reduce.all(Reduction.MEAN, images.rank()), y));
        });
    }

    private static Map<String, double[]> gradients(Network network) {
        Random random = new Random(7);
        network.initialize(7).fill("images", random::nextDouble).forward();
        network.backward();
        Map<String, double[]> gradients = new LinkedHashMap<>();
        network.variables().slots().forEach(slot -> {
            float[] gradient = network.readGradient(slot.variable().name());
            double[] doubles = new double[gradient.length];
            for (int i = 0; i < doubles.length; i++) {
                doubles[i] = gradient[i];
            }
            gradients.put(slot.variable().name(), doubles);
        });
        return gradients;
    }
}
