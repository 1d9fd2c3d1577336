package dev.gatun.guard;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Layers;
import dev.gatun.nn.recurrent.Lstm;
import dev.gatun.op.MatMul;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.train.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.LongFunction;

/**
 * Layers whose extents are a power of two, one less and one more, up to 2^20, forward and backward: where kernels
 * divide by zero, never end or read memory that is not theirs. A child process runs them in order.
 */
final class OddExtents {
    private static final int POWERS = 20;

    /** Larger layers are planned, which is where kernels are chosen and made, and then refused. */
    private static final long BUDGET = 160L << 20;

    private OddExtents() {}

    /** A layer on an operand that is a parameter, so that its gradient is computed too. */
    record Case(String name, List<Shape> operands, BiFunction<GraphBuilder, List<Value>, Value> layer) {
        void run(Device device) {
            try (Network network = Network.training(device, "loss", graph -> {
                List<Value> values = new ArrayList<>();
                for (int i = 0; i < operands.size(); i++) {
                    values.add(graph.variable(new Variable("x" + i, operands.get(i), Variable.Kind.WEIGHT,
                            Initializers.constant(0.5f)), DType.F32));
                }
                graph.output("loss", Functions.mean(graph, "loss", layer.apply(graph, values)));
            })) {
                network.forward().backward();
                if (!Float.isFinite(network.scalar("loss"))) {
                    throw new IllegalStateException("the loss is " + network.scalar("loss"));
                }
            }
        }
    }

    /** One extent of a layer that is varied. */
    private record Family(String name, long most, LongFunction<List<Shape>> operands,
            LongFunction<BiFunction<GraphBuilder, List<Value>, Value>> layer) {
        Case of(long extent) {
            return new Case(name + " of " + extent, operands.apply(extent), layer.apply(extent));
        }
    }

    private static Family layer(String name, long most, LongFunction<Shape> operand, LongFunction<Layer> layer) {
        return new Family(name, most, extent -> List.of(operand.apply(extent)),
                extent -> (graph, x) -> layer.apply(extent).apply(graph, "layer", x.getFirst()));
    }

    private static Family product(String name, LongFunction<Shape> a, LongFunction<Shape> b) {
        return new Family(name, 1 << POWERS, extent -> List.of(a.apply(extent), b.apply(extent)),
                _ -> (graph, x) -> graph.apply("layer",
                        new MatMul(MatMul.Given.PLAIN, MatMul.Given.PLAIN, MatMul.Result.AS_OPERANDS),
                        x.getFirst(), x.getLast()));
    }

    private static List<Family> families() {
        long most = 1 << POWERS;
        List<Family> all = new ArrayList<>();
        for (long batch : new long[] {1, 2, 5}) {
            String of = " for a batch of " + batch;
            all.add(layer("inputs of a linear layer" + of, most, n -> Shape.of(batch, n), _ -> Layers.linear(3)));
            all.add(layer("outputs of a linear layer" + of, most, _ -> Shape.of(batch, 3), Layers::linear));
        }
        all.add(layer("batch of a linear layer", most, n -> Shape.of(n, 5), _ -> Layers.linear(7)));
        all.add(layer("both sides of a linear layer", most, n -> Shape.of(4, n), Layers::linear));
        all.add(layer("all sides of a linear layer", most, n -> Shape.of(n, n), Layers::linear));
        all.add(product("rows of a product", n -> Shape.of(n, 3), _ -> Shape.of(3, 5)));
        all.add(product("inner extent of a product", n -> Shape.of(3, n), n -> Shape.of(n, 5)));
        all.add(product("columns of a product", _ -> Shape.of(3, 5), n -> Shape.of(5, n)));
        all.add(product("count of products", n -> Shape.of(n, 2, 3), n -> Shape.of(n, 3, 2)));
        all.add(product("all extents of a product", n -> Shape.of(n, n), n -> Shape.of(n, n)));
        all.add(product("outer extents of a product", n -> Shape.of(n, 3), n -> Shape.of(3, n)));
        all.add(layer("both sides of a softmax", most, n -> Shape.of(n, n), _ -> Layers.softmax(1)));
        all.add(layer("both sides of a layer normalisation", most, n -> Shape.of(n, n), _ -> Layers.layerNorm()));
        all.add(layer("images and channels of a batch normalisation", most, n -> Shape.of(n, n, 1, 2),
                _ -> Layers.batchNorm()));
        all.add(layer("extents of a max pooling", most, n -> Shape.of(1, 3, n + 1, n + 1), _ -> Layers.maxPool(2)));
        all.add(layer("extents of an average pooling", most, n -> Shape.of(1, 3, n + 1, n + 1),
                _ -> Layers.avgPool(2)));
        for (long window : new long[] {1, 3}) {
            for (long stride : new long[] {1, 2}) {
                String of = " of a " + window + "x" + window + " convolution by " + stride;
                LongFunction<Layer> to8 = _ -> Layers.conv2d(8, window).stride(stride).padding(window / 2);
                all.add(layer("channels and results" + of, most, n -> Shape.of(2, n, 5, 5),
                        n -> Layers.conv2d(n, window).stride(stride).padding(window / 2)));
                all.add(layer("extents" + of, most, n -> Shape.of(1, 3, n, n), to8));
                all.add(layer("channels" + of, 65537, n -> Shape.of(2, n, 5, 5), to8));
                all.add(layer("results" + of, 65537, _ -> Shape.of(2, 3, 5, 5),
                        n -> Layers.conv2d(n, window).stride(stride).padding(window / 2)));
                all.add(layer("height" + of, most, n -> Shape.of(1, 3, n, 3), to8));
                all.add(layer("width" + of, most, n -> Shape.of(1, 3, 3, n), to8));
                all.add(layer("images" + of, 65537, n -> Shape.of(n, 3, 3, 3), to8));
            }
        }
        all.add(layer("channels of a depthwise convolution", 65537, n -> Shape.of(2, n, 5, 5),
                n -> Layers.conv2d(n, 3).groups(n).padding(1)));
        all.add(layer("width of a layer normalisation", most, n -> Shape.of(3, n), _ -> Layers.layerNorm()));
        all.add(layer("rows of a layer normalisation", most, n -> Shape.of(n, 7), _ -> Layers.layerNorm()));
        all.add(layer("channels of a batch normalisation", most, n -> Shape.of(2, n, 3, 3), _ -> Layers.batchNorm()));
        all.add(layer("width of a softmax", most, n -> Shape.of(3, n), _ -> Layers.softmax(1)));
        all.add(layer("rows of a softmax", most, n -> Shape.of(n, 7), _ -> Layers.softmax(1)));
        all.add(layer("inner extent of a softmax", most, n -> Shape.of(2, 3, n), _ -> Layers.softmax(1)));
        for (boolean max : new boolean[] {true, false}) {
            String of = max ? " of a max pooling" : " of an average pooling";
            LongFunction<Layer> pool = _ -> max ? Layers.maxPool(2) : Layers.avgPool(2);
            all.add(layer("channels" + of, most, n -> Shape.of(2, n, 4, 4), pool));
            all.add(layer("height" + of, most, n -> Shape.of(1, 3, n + 1, 3), pool));
            all.add(layer("width" + of, most, n -> Shape.of(1, 3, 3, n + 1), pool));
            all.add(layer("images" + of, most, n -> Shape.of(n, 3, 2, 2), pool));
        }
        all.add(layer("steps of an LSTM", 257, n -> Shape.of(2, n, 5), _ -> new Lstm(7)));
        all.add(layer("batch of an LSTM", 65537, n -> Shape.of(n, 2, 5), _ -> new Lstm(7)));
        all.add(layer("features of an LSTM", 65537, n -> Shape.of(2, 3, n), _ -> new Lstm(7)));
        all.add(layer("hidden numbers of an LSTM", most, _ -> Shape.of(2, 3, 5), Lstm::new));
        return all;
    }

    /** All cases in a fixed order. */
    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (Family family : families()) {
            for (long extent : extents()) {
                if (extent <= family.most) {
                    cases.add(family.of(extent));
                }
            }
        }
        return cases;
    }

    private static List<Long> extents() {
        List<Long> extents = new ArrayList<>();
        for (int power = 0; power <= POWERS; power++) {
            for (long extent = (1L << power) - 1; extent <= (1L << power) + 1; extent++) {
                if (extent > 0 && !extents.contains(extent)) {
                    extents.add(extent);
                }
            }
        }
        return extents;
    }

    /** Runs the cases from an index on: threads, first index, how many. */
    public static void main(String[] arguments) {
        int first = Integer.parseInt(arguments[1]);
        List<Case> cases = all();
        int end = Math.min(cases.size(), first + Integer.parseInt(arguments[2]));
        try (Device device = Backends.open("cpu",
                DeviceOptions.defaults().withThreads(Integer.parseInt(arguments[0]))
                        .withMemory(MemoryBudget.ofBytes(BUDGET)))) {
            for (int i = first; i < end; i++) {
                System.out.println("begin " + i + " " + cases.get(i).name());
                try {
                    cases.get(i).run(device);
                    System.out.println("done " + i);
                } catch (RuntimeException e) {
                    System.out.println("refused " + i + " " + e);
                }
            }
        }
        System.out.println("end");
    }
}
