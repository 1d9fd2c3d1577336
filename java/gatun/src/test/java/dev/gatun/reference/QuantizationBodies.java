package dev.gatun.reference;

import dev.gatun.graph.Variable;
import dev.gatun.op.FakeQuantize;
import dev.gatun.shape.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** The cases of {@code golden/quantization.py} as graphs. */
final class QuantizationBodies {
    private QuantizationBodies() {}

    static Map<String, PyTorchBodies.Body> all() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        bodies.put("signed", of(new FakeQuantize(-127, 127, FakeQuantize.PER_TENSOR)));
        bodies.put("clamped", of(new FakeQuantize(-4, 3, FakeQuantize.PER_TENSOR)));
        bodies.put("unsigned", of(new FakeQuantize(0, 15, FakeQuantize.PER_TENSOR)));
        bodies.put("affine", of(new FakeQuantize(0, 255, FakeQuantize.PER_TENSOR), 131));
        bodies.put("of_rows", of(new FakeQuantize(-127, 127, 0)));
        bodies.put("of_channels", of(new FakeQuantize(-8, 7, 1)));
        bodies.put("of_columns", of(new FakeQuantize(0, 15, 2), 3, 8, 0, 11));
        return bodies;
    }

    private static PyTorchBodies.Body of(FakeQuantize op) {
        return (graph, in) -> graph.apply("y", op, in.get(0), in.get(1));
    }

    private static PyTorchBodies.Body of(FakeQuantize op, float... zeros) {
        return (graph, in) -> {
            Shape shape = op.scaleShape(in.getFirst().type().shape());
            Variable zero = new Variable("y.zero_point", shape, Variable.Kind.BUFFER,
                    (values, _, _) -> System.arraycopy(zeros, 0, values, 0, values.length));
            return graph.apply("y", op, in.get(0), in.get(1),
                    graph.variable(zero, in.getFirst().type().dtype()));
        };
    }
}
