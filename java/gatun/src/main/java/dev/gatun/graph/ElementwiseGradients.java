package dev.gatun.graph;

import dev.gatun.op.Binary;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.FakeQuantizeBackward;
import dev.gatun.op.Op;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import java.util.ArrayList;
import java.util.List;

/** Gradients of functions of one variable, and the gradients of those. */
final class ElementwiseGradients {
    private static final Op MULTIPLY = new Binary(BinaryFunction.MULTIPLY);

    private ElementwiseGradients() {}

    static void unary(Unary op, Node node, ReversePass pass) {
        Value x = node.inputs().getFirst();
        if (!pass.isNeeded(x)) {
            return;
        }
        pass.contribute(x, op.function() == UnaryFunction.NEGATE
                ? pass.apply(node, op, pass.diff(node))
                : pass.apply(node, new UnaryBackward(op.function()), known(op.function(), node), pass.diff(node)));
    }

    /** The zero point is a constant. */
    static void fakeQuantize(FakeQuantize op, Node node, ReversePass pass) {
        Value x = node.inputs().getFirst();
        Value scale = node.inputs().get(1);
        FakeQuantizeBackward backward = new FakeQuantizeBackward(op, pass.isNeeded(scale)
                ? FakeQuantizeBackward.Gradients.INPUT_AND_SCALE : FakeQuantizeBackward.Gradients.INPUT);
        List<Value> arguments = new ArrayList<>(List.of(pass.diff(node)));
        arguments.addAll(node.inputs());
        List<Value> gradients = pass.node(node, node, backward, arguments.toArray(Value[]::new)).outputs();
        pass.contribute(x, gradients.getFirst());
        if (gradients.size() > 1) {
            pass.contribute(scale, gradients.get(1));
        }
    }

    private static Value known(ScalarFunction function, Node node) {
        return switch (function.slopeFrom()) {
            case ARGUMENT -> node.inputs().getFirst();
            case RESULT -> node.output();
        };
    }

    /**
     * Of {@code diff * slope(known)}: the diff takes the slope once more, the known value the slope's own derivative.
     */
    static void unaryBackward(UnaryBackward op, Node node, ReversePass pass) {
        Value known = node.inputs().getFirst();
        Value diff = node.inputs().get(1);
        if (pass.isNeeded(diff)) {
            pass.contribute(diff, pass.apply(node, op, known, pass.diff(node)));
        }
        if (pass.isNeeded(known)) {
            Curvature.of(op.function(), new Expressions(node, pass), known)
                    .ifPresent(curvature -> pass.contribute(known, pass.apply(node, MULTIPLY, curvature,
                            pass.apply(node, MULTIPLY, pass.diff(node), diff))));
        }
    }
}
