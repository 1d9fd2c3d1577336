package dev.gatun.graph;

import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.Dropout;
import dev.gatun.op.MatMul;
import dev.gatun.op.MatMul.Given;
import dev.gatun.op.MatMul.Result;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.ScaledDotProductAttention.Masking;
import dev.gatun.op.ScaledDotProductAttentionBackward;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gradients of products of matrices, which are products too, and of attention, which is made of them. */
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

    /** One operation by query, key and value; by a mask that is learned, its whole scores. */
    static void attention(ScaledDotProductAttention op, Node node, ReversePass pass) {
        List<Value> in = node.inputs();
        Value diff = pass.diff(node);
        if (in.subList(0, 3).stream().anyMatch(pass::isNeeded)) {
            List<Value> arguments = new ArrayList<>(in);
            arguments.addAll(node.outputs());
            arguments.add(diff);
            LayerGradients.contribute(new ScaledDotProductAttentionBackward(op), arguments, node, pass);
        }
        if (op.masking() == Masking.ADDED && pass.isNeeded(in.get(3))) {
            Value mask = in.get(3);
            pass.contribute(mask, ReductionGradients.sumTo(node, pass, scores(op, node, pass, diff),
                    mask.type().shape()));
        }
    }

    /** The gradient by the scores: {@code weights * (dropout(diff * value^T) - sum of diff * result)}. */
    private static Value scores(ScaledDotProductAttention op, Node node, ReversePass pass, Value diff) {
        List<Value> in = node.inputs();
        Expressions e = new Expressions(node, pass);
        MatMul products = new MatMul(Given.PLAIN, Given.TRANSPOSED);
        Value scaled = pass.apply(node, Affine.times(op.scale()), pass.apply(node, products, in.get(0), in.get(1)));
        Value scores = pass.apply(node, new Binary(BinaryFunction.ADD), scaled, in.get(3));
        Value sums = node.outputs().get(1);
        long[] column = Arrays.copyOf(sums.type().shape().extents(), sums.type().shape().rank() + 1);
        column[column.length - 1] = 1;
        Value weights = pass.cast(node, e.apply(UnaryFunction.EXP,
                e.subtract(pass.cast(node, scores, sums.type().dtype()),
                        pass.apply(node, new Reshape(Shape.of(column)), sums))), scores.type().dtype());
        Value byWeights = pass.apply(node, products, diff, in.get(2));
        Value dropped = op.rate() == 0 ? byWeights // whose elements lie as they come, not as the attention's results
                : pass.node(node, null, new Dropout(op.rate(), op.stream()), byWeights).output();
        Value rows = pass.apply(node,
                Reduce.over(Reduction.SUM, column.length - 1).withReduced(Reduce.Axes.KEPT),
                e.multiply(diff, node.output()));
        return e.multiply(weights, e.subtract(dropped, rows));
    }
}
