package dev.gatun.graph;

import dev.gatun.op.MatMul;
import dev.gatun.op.MatMul.Given;

/** Gradients of products of matrices: products too. */
final class MatMulGradients {
    private MatMulGradients() {}

    static void matMul(MatMul op, Node node, ReversePass pass) {
        Value a = node.inputs().get(0);
        Value b = node.inputs().get(1);
        Value diff = pass.diff(node);
        if (pass.isNeeded(a)) {
            Value product = switch (op.a()) {
                case PLAIN -> pass.apply(node, new MatMul(Given.PLAIN, op.b().other()), diff, b);
                case TRANSPOSED -> pass.apply(node, new MatMul(op.b(), Given.TRANSPOSED), b, diff);
            };
            pass.contribute(a, ReductionGradients.sumTo(node, pass, product, a.type().shape()));
        }
        if (pass.isNeeded(b)) {
            Value product = switch (op.b()) {
                case PLAIN -> pass.apply(node, new MatMul(op.a().other(), Given.PLAIN), a, diff);
                case TRANSPOSED -> pass.apply(node, new MatMul(Given.TRANSPOSED, op.a()), diff, a);
            };
            pass.contribute(b, ReductionGradients.sumTo(node, pass, product, b.type().shape()));
        }
    }
}
