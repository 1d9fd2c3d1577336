package dev.gatun.graph;

import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.BinaryFunction;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.UnaryFunction;
import java.util.Optional;

/** Gradients of functions of one variable, and the gradients of those. */
final class ElementwiseGradients {
    private ElementwiseGradients() {}

    static void unary(Unary op, Node node, ReversePass pass) {
        Value x = node.inputs().getFirst();
        if (!pass.isNeeded(x)) {
            return;
        }
        pass.contribute(x, switch (op.function()) {
            case NEGATE -> pass.apply(node, op, pass.diff(node));
            case RELU, SIGMOID, TANH, EXP, LOG, SQRT, SQUARE, ABS, RECIPROCAL -> pass.apply(node,
                    new UnaryBackward(op.function()), known(op.function(), node), pass.diff(node));
        });
    }

    private static Value known(UnaryFunction function, Node node) {
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
            curvature(op.function(), node, pass).ifPresent(value -> pass.contribute(known, value));
        }
    }

    /**
     * The derivative of the slope by what it is computed from, times the gradient and the diff; empty where it is 0.
     */
    private static Optional<Value> curvature(UnaryFunction function, Node node, ReversePass pass) {
        Value known = node.inputs().getFirst();
        return switch (function) {
            case RELU, ABS, NEGATE -> Optional.empty();
            case EXP -> Optional.of(product(node, pass));
            case SQUARE -> Optional.of(pass.apply(node, Affine.times(2), product(node, pass)));
            case SIGMOID -> Optional.of(times(node, pass, pass.apply(node, new Affine(-2, 1), known)));
            case TANH -> Optional.of(times(node, pass, pass.apply(node, Affine.times(-2), known)));
            case LOG -> Optional.of(times(node, pass, inverseSquare(node, pass, known, -1)));
            case SQRT -> Optional.of(times(node, pass, inverseSquare(node, pass, known, -0.5)));
            case RECIPROCAL -> Optional.of(pass.apply(node, new Binary(BinaryFunction.DIVIDE),
                    times(node, pass, inverseSquare(node, pass, known, 2)), known));
        };
    }

    /** The incoming gradient times the diff that the node itself multiplies. */
    private static Value product(Node node, ReversePass pass) {
        return pass.apply(node, new Binary(BinaryFunction.MULTIPLY), pass.diff(node), node.inputs().get(1));
    }

    private static Value times(Node node, ReversePass pass, Value factor) {
        return pass.apply(node, new Binary(BinaryFunction.MULTIPLY), product(node, pass), factor);
    }

    private static Value inverseSquare(Node node, ReversePass pass, Value x, double factor) {
        Value inverse = pass.apply(node, new Unary(UnaryFunction.RECIPROCAL), x);
        return pass.apply(node, Affine.times(factor), pass.apply(node, new Unary(UnaryFunction.SQUARE), inverse));
    }
}
