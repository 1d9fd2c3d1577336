package dev.gatun.graph;

import dev.gatun.op.Softmax;
import dev.gatun.op.SoftmaxBackward;
import dev.gatun.op.function.UnaryFunction;

/** Gradients of the gradient of a softmax: {@code g} is the diff, {@code v} what flows back. */
final class SoftmaxGradients {
    private SoftmaxGradients() {}

    static void backward(Softmax op, Node node, ReversePass pass) {
        Expressions e = new Expressions(node, pass);
        Value y = node.inputs().get(0);
        Value g = node.inputs().get(1);
        Value v = pass.diff(node);
        switch (op.kind()) {
            case SOFTMAX -> {
                if (pass.isNeeded(g)) { // y * (v - sum(y * v))
                    pass.contribute(g, pass.apply(node, new SoftmaxBackward(op), y, v));
                }
                if (pass.isNeeded(y)) { // v * (g - sum(y * g)) - g * sum(y * v)
                    Value centred = e.subtract(g, e.sumKept(e.multiply(y, g), op.axis()));
                    pass.contribute(y, e.subtract(e.multiply(v, centred),
                            e.multiply(g, e.sumKept(e.multiply(y, v), op.axis()))));
                }
            }
            case LOG_SOFTMAX -> {
                Value weighted = e.multiply(v, e.apply(UnaryFunction.EXP, y));
                if (pass.isNeeded(g)) { // v - sum(exp(y) * v)
                    pass.contribute(g, e.subtract(v, e.sumKept(weighted, op.axis())));
                }
                if (pass.isNeeded(y)) { // -exp(y) * v * sum(g)
                    pass.contribute(y, e.affine(-1, e.multiply(weighted, e.sumKept(g, op.axis())), 0));
                }
            }
        }
    }
}
