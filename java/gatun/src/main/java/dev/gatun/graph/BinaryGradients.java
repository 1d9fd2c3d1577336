package dev.gatun.graph;

import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.Op;
import dev.gatun.op.Unary;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.UnaryFunction;

/** Gradients of functions of two variables; what was repeated is summed. */
final class BinaryGradients {
    private static final Op MULTIPLY = new Binary(BinaryFunction.MULTIPLY);

    private BinaryGradients() {}

    static void binary(Binary op, Node node, ReversePass pass) {
        Value a = node.inputs().get(0);
        Value b = node.inputs().get(1);
        switch (op.function()) {
            case ADD -> {
                Value diff = pass.diff(node);
                contribute(node, pass, a, diff); // the same tensor serves both: nothing is copied
                contribute(node, pass, b, diff);
            }
            case SUBTRACT -> {
                contribute(node, pass, a, pass.diff(node));
                if (pass.isNeeded(b)) {
                    Value sum = ReductionGradients.sumTo(node, pass, pass.diff(node), b.type().shape());
                    pass.contribute(b, pass.apply(node, new Unary(UnaryFunction.NEGATE), sum));
                }
            }
            case MULTIPLY -> {
                if (pass.isNeeded(a)) {
                    contribute(node, pass, a, pass.apply(node, MULTIPLY, pass.diff(node), b));
                }
                if (pass.isNeeded(b)) {
                    contribute(node, pass, b, pass.apply(node, MULTIPLY, pass.diff(node), a));
                }
            }
            case DIVIDE -> {
                Value quotient = pass.apply(node, new Binary(BinaryFunction.DIVIDE), pass.diff(node), b);
                contribute(node, pass, a, quotient);
                if (pass.isNeeded(b)) {
                    Value product = pass.apply(node, MULTIPLY, quotient, node.output());
                    Value sum = ReductionGradients.sumTo(node, pass, product, b.type().shape());
                    pass.contribute(b, pass.apply(node, new Unary(UnaryFunction.NEGATE), sum));
                }
            }
            case MAXIMUM -> choice(node, pass, share(node, pass, a, b));
            case MINIMUM -> choice(node, pass, share(node, pass, b, a));
            case GREATER, GREATER_EQUAL -> { } // steps: flat wherever they have a slope
        }
    }

    /** 1 where {@code a > b}, 0 where {@code b > a}, a half where both are equal. */
    private static Value share(Node node, ReversePass pass, Value a, Value b) {
        Value above = pass.apply(node, new Binary(BinaryFunction.GREATER), a, b);
        Value notBelow = pass.apply(node, new Binary(BinaryFunction.GREATER_EQUAL), a, b);
        return pass.apply(node, Affine.times(0.5), pass.apply(node, new Binary(BinaryFunction.ADD), above, notBelow));
    }

    /** The first operand gets its share of the gradient, the second gets the rest. */
    private static void choice(Node node, ReversePass pass, Value share) {
        Value chosen = pass.apply(node, MULTIPLY, pass.diff(node), share);
        contribute(node, pass, node.inputs().get(0), chosen);
        Value second = node.inputs().get(1);
        if (pass.isNeeded(second)) {
            contribute(node, pass, second,
                    pass.apply(node, new Binary(BinaryFunction.SUBTRACT), pass.diff(node), chosen));
        }
    }

    private static void contribute(Node node, ReversePass pass, Value input, Value diff) {
        if (pass.isNeeded(input)) {
            pass.contribute(input, ReductionGradients.sumTo(node, pass, diff, input.type().shape()));
        }
    }
}
