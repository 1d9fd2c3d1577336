package dev.gatun.graph;

import dev.gatun.op.MatMul.Result;
import dev.gatun.op.MatMul;
import dev.gatun.op.MatMul.Given;

/** Gradients of products of matrices: products too. */
final class MatMulGradients {
    private MatMulGradients() {}

    static void matMul(MatMul op, Node node, ReversePass pass) {
        Value a = node.inputs().get(0);
        Value b = node.inputs().get(1);
        Value diff = pass.cast(node, pass.diff(node), a.type().dtype());
        if (pass.isNeeded(a)) {
            Value product = switch (op.a()) {
                case PLAIN -> pass.apply(node, of(Given.PLAIN, op.b().other(), a, pass), diff, b);
                case TRANSPOSED -> pass.apply(node, of(op.b(), Given.TRANSPOSED, a, pass), b, diff);
            };
            pass.contribute(a, ReductionGradients.sumTo(node, pass, product, a.type().shape()));
        }
        if (pass.isNeeded(b)) {
            Value product = switch (op.b()) {
                case PLAIN -> pass.apply(node, of(op.a().other(), Given.PLAIN, b, pass), a, diff);
                case TRANSPOSED -> pass.apply(node, of(Given.TRANSPOSED, op.a(), b, pass), diff, a);
            };
            pass.contribute(b, ReductionGradients.sumTo(node, pass, product, b.type().shape()));
        }
    }

    /** The product that is the gradient by an operand: not rounded where the operand was, a weight in 16 bits say. */
    private static MatMul of(Given left, Given right, Value operand, ReversePass pass) {
        return new MatMul(left, right, pass.isRounded(operand) ? Result.ACCUMULATED : Result.AS_OPERANDS);
    }
}
