package dev.gatun.io.onnx;

import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.FakeQuantize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Rounding to integers of few bits as ONNX nodes. */
final class QuantizationNodes {
    private final OnnxNodes graph;

    QuantizationNodes(OnnxNodes graph) {
        this.graph = graph;
    }

    /** By its formula: the operator rounds halves to even too. */
    String fakeQuantize(FakeQuantize op, Node node) {
        Value x = node.inputs().getFirst();
        String scale = alongAxis(op, node.inputs().get(1), x);
        String q = graph.node("Round", graph.node("Div", graph.name(x), scale));
        if (node.inputs().size() == 2) {
            return graph.node("Mul", clipped(op, q), scale);
        }
        String zeroPoint = alongAxis(op, node.inputs().get(2), x);
        String clipped = clipped(op, graph.node("Add", q, zeroPoint));
        return graph.node("Mul", graph.node("Sub", clipped, zeroPoint), scale);
    }

    private String clipped(FakeQuantize op, String q) {
        return graph.node("Clip", q, graph.real(op.low()), graph.real(op.high()));
    }

    /** Scales in a shape that broadcasts along their axis. */
    private String alongAxis(FakeQuantize op, Value numbers, Value x) {
        if (!op.isPerChannel()) {
            return graph.name(numbers);
        }
        List<Long> shape = new ArrayList<>(Collections.nCopies(x.type().shape().rank() - op.axis(), 1L));
        shape.set(0, -1L);
        return graph.node("Reshape", graph.name(numbers), graph.integers(shape));
    }
}
