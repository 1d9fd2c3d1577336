package dev.gatun.reference;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Op;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Applies single operations in double to given numbers, gradients included, and gives what comes out. */
final class Operations {
    private final GraphBuilder graph = new GraphBuilder();
    private final Map<String, double[]> given = new LinkedHashMap<>();

    /** Elements {@code sin(0.7 * i + phase)}: the same in any language. */
    static double[] wave(double phase, long... extents) {
        double[] values = new double[Math.toIntExact(Shape.of(extents).elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.sin(0.7 * i + phase);
        }
        return values;
    }

    /** A tensor filled with a wave. */
    Value waves(double phase, long... extents) {
        return tensor(wave(phase, extents), extents);
    }

    /** A tensor of the given elements. */
    Value tensor(double[] values, long... extents) {
        return given(new TensorType(DType.F64, Shape.of(extents)), values);
    }

    /** Labels. */
    Value labels(double... values) {
        return given(TensorType.i32(values.length), values);
    }

    private Value given(TensorType type, double[] values) {
        String name = "given" + given.size();
        given.put(name, values);
        return graph.input(name, type);
    }

    /** Applies an operation. */
    List<Value> apply(Op op, Value... arguments) {
        Node node = graph.node(op.name(), op, List.of(arguments));
        return node.outputs();
    }

    /** Runs everything and gives the elements of the wanted values, as they are at the end. */
    List<double[]> run(Value... wanted) {
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults());
                GraphRunner runner = new GraphRunner(graph.build(), device)) {
            given.forEach(runner::set);
            runner.run();
            return List.of(wanted).stream().map(runner::get).toList();
        }
    }
}
