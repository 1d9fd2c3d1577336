package dev.gatun.graph;

import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Fill;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.GroupNormalizationBackward;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.LayerNormalizationBackward;
import dev.gatun.op.Op;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.Recurrent;
import dev.gatun.op.RecurrentBackward;
import dev.gatun.op.RmsNormalization;
import dev.gatun.op.RmsNormalizationBackward;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Gradients of normalisation, pooling and recurrent layers. */
final class LayerGradients {
    private LayerGradients() {}

    static void batchNormalization(BatchNormalization op, Node node, ReversePass pass) {
        List<Value> in = node.inputs();
        List<Value> arguments = new ArrayList<>(List.of(in.get(0), pass.diff(node), in.get(1), in.get(2)));
        switch (op.mode()) {
            case TRAINING -> arguments.addAll(node.outputs().subList(1, 4));
            case FROZEN -> arguments.addAll(in.subList(3, 5));
            case INFERENCE -> throw new IllegalArgumentException("node " + node.name()
                    + ": batch normalisation in inference mode has no gradient: differentiate the training graph");
        }
        List<Value> gradients = contribute(new BatchNormalizationBackward(op), arguments, node, pass);
        if (pass.isNeeded(in.get(3)) || pass.isNeeded(in.get(4))) {
            givenStatistics(op, node, pass, gradients.get(1), gradients.get(2));
        }
    }

    /**
     * Of statistics that the graph computes: by the mean {@code -diff_shift * scale / sqrt(variance + epsilon)}, by the
     * variance {@code -diff_scale * scale / (2 * (variance + epsilon))}.
     */
    private static void givenStatistics(
            BatchNormalization op, Node node, ReversePass pass, Value diffScale, Value diffShift) {
        Expressions e = new Expressions(node, pass);
        Value scale = node.inputs().get(1);
        Value spread = e.affine(1, node.inputs().get(4), op.epsilon());
        pass.contribute(node.inputs().get(3),
                e.affine(-1, e.divide(e.multiply(diffShift, scale), e.apply(UnaryFunction.SQRT, spread)), 0));
        pass.contribute(node.inputs().get(4), e.affine(-0.5, e.divide(e.multiply(diffScale, scale), spread), 0));
    }

    /**
     * {@code (x - mean) * 2 * diff_variance / count + diff_mean / count}, which is what a normalisation by a variance
     * of one computes.
     */
    static void channelStatistics(Node node, ReversePass pass) {
        Value x = node.inputs().getFirst();
        Value mean = node.outputs().getFirst();
        Value diffMean = pass.diff(node, 0);
        Value diffVariance = pass.diff(node, 1);
        Expressions e = new Expressions(node, pass);
        Value nothing = pass.apply(node, new Fill(mean.type(), 0));
        double share = 1.0 / BatchNormalization.count(x.type().shape());
        BatchNormalization line = new BatchNormalization(
                0, new Averaging.Exponential(0), BatchNormalization.Mode.FROZEN);
        pass.contribute(x, pass.apply(node, line, x,
                diffVariance == null ? nothing : e.affine(2 * share, diffVariance, 0),
                diffMean == null ? nothing : e.affine(share, diffMean, 0),
                mean, pass.apply(node, new Fill(mean.type(), 1))));
    }

    static void layerNormalization(LayerNormalization op, Node node, ReversePass pass) {
        List<Value> arguments = new ArrayList<>(List.of(
                node.inputs().getFirst(), pass.diff(node), node.outputs().get(1), node.outputs().get(2)));
        switch (op.scaling()) {
            case SCALE_AND_SHIFT -> arguments.add(node.inputs().get(1));
            case NONE -> { }
        }
        contribute(new LayerNormalizationBackward(op), arguments, node, pass);
    }

    static void rmsNormalization(RmsNormalization op, Node node, ReversePass pass) {
        List<Value> arguments = new ArrayList<>(List.of(
                node.inputs().getFirst(), pass.diff(node), node.outputs().get(1)));
        switch (op.scaling()) {
            case SCALE -> arguments.add(node.inputs().get(1));
            case NONE -> { }
        }
        contribute(new RmsNormalizationBackward(op), arguments, node, pass);
    }

    /**
     * The gradient is {@code dx = J(g * scale)} and {@code dscale = sum(g * n)}, with {@code n = r * x},
     * {@code r = 1 / sqrt(mean(x^2) + epsilon)}, and {@code J(a) = r * (a - n * mean(a * n))}, which is the gradient of
     * a normalisation without a scale. As the derivative of {@code n} by {@code x} it is symmetric. What flows back to
     * dx is {@code u}, to dscale {@code w}.
     */
    static void rmsNormalizationBackward(RmsNormalization op, Node node, ReversePass pass) {
        List<Value> in = node.inputs();
        DType dtype = in.getFirst().type().dtype().accumulator();
        Value x = pass.cast(node, in.get(0), dtype);
        Value g = pass.cast(node, in.get(1), dtype);
        RmsNormalization plain = new RmsNormalization(op.epsilon(), RmsNormalization.Scaling.NONE);
        UnaryOperator<Value> j = a -> pass.apply(node, new RmsNormalizationBackward(plain), x, a, in.get(2));
        Expressions e = new Expressions(node, pass);
        Value n = pass.apply(node, plain, x);
        Value u = pass.diff(node, 0, dtype);
        switch (op.scaling()) {
            case SCALE -> {
                Value scale = in.get(3);
                Value w = pass.diff(node, 1);
                if (u != null) {
                    Value ju = j.apply(u);
                    pass.contribute(in.get(1), e.multiply(ju, scale));
                    pass.contribute(scale,
                            ReductionGradients.sumTo(node, pass, e.multiply(g, ju), scale.type().shape()));
                    pass.contribute(in.get(0), bent(op, e, x, n, e.multiply(g, scale), u, j));
                }
                if (w != null) {
                    pass.contribute(in.get(1), e.multiply(n, w));
                    pass.contribute(in.get(0), j.apply(e.multiply(g, w)));
                }
            }
            case NONE -> {
                Value given = Objects.requireNonNull(u);
                pass.contribute(in.get(1), j.apply(given));
                pass.contribute(in.get(0), bent(op, e, x, n, g, given, j));
            }
        }
    }

    /**
     * The gradient of {@code sum(u * J(d))} by {@code x}:
     * {@code -r * (r * n * (mean(u d) - mean(u n) * mean(n d)) + mean(n d) * J(u) + mean(u n) * J(d))}. It makes
     * {@code r} from {@code x}, so that it has a gradient in turn.
     */
    private static Value bent(RmsNormalization op, Expressions e, Value x, Value n, Value d, Value u,
            UnaryOperator<Value> j) {
        Value r = e.apply(UnaryFunction.RECIPROCAL, e.apply(UnaryFunction.SQRT,
                e.affine(1, e.meanOfLast(e.apply(UnaryFunction.SQUARE, x)), op.epsilon())));
        Value un = e.meanOfLast(e.multiply(u, n));
        Value nd = e.meanOfLast(e.multiply(n, d));
        Value rest = e.subtract(e.meanOfLast(e.multiply(u, d)), e.multiply(un, nd));
        Value turned = e.add(e.multiply(nd, j.apply(u)), e.multiply(un, j.apply(d)));
        return e.affine(-1, e.multiply(r, e.add(e.multiply(e.multiply(r, n), rest), turned)), 0);
    }

    static void groupNormalization(GroupNormalization op, Node node, ReversePass pass) {
        List<Value> arguments = new ArrayList<>(List.of(
                node.inputs().getFirst(), pass.diff(node), node.outputs().get(1), node.outputs().get(2)));
        switch (op.scaling()) {
            case SCALE_AND_SHIFT -> arguments.add(node.inputs().get(1));
            case NONE -> { }
        }
        contribute(new GroupNormalizationBackward(op), arguments, node, pass);
    }

    /** Of all inputs at once, from the gradients by the hidden states and the last cell state. */
    static void recurrent(Recurrent op, Node node, ReversePass pass) {
        List<Value> arguments = new ArrayList<>(node.inputs());
        arguments.addAll(node.outputs());
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!op.isWorkspace(i)) {
                Value diff = pass.diff(node, i);
                arguments.add(diff != null ? diff : pass.apply(node, new Fill(node.outputs().get(i).type(), 0)));
            }
        }
        contribute(new RecurrentBackward(op), arguments, node, pass);
    }

    /** An operation's results are the gradients of as many inputs. */
    static List<Value> contribute(Op backward, List<Value> arguments, Node node, ReversePass pass) {
        List<Value> gradients = pass.node(node, node, backward, arguments.toArray(Value[]::new)).outputs();
        for (int i = 0; i < gradients.size(); i++) {
            pass.contribute(node.inputs().get(i), gradients.get(i));
        }
        return gradients;
    }

    static void pool(Pool op, Node node, ReversePass pass) {
        Value x = node.inputs().getFirst();
        PoolBackward backward = new PoolBackward(op, x.type().shape());
        pass.contribute(x, switch (op.kind()) {
            case MAX -> pass.apply(node, backward, pass.diff(node), node.outputs().get(1));
            case AVERAGE, AVERAGE_WITHOUT_PADDING -> pass.apply(node, backward, pass.diff(node));
        });
    }

    /** The mean is linear: the gradient of its gradient is the mean of the gradient. */
    static void poolBackward(PoolBackward op, Node node, ReversePass pass) {
        switch (op.forward().kind()) {
            case AVERAGE, AVERAGE_WITHOUT_PADDING ->
                pass.contribute(node.inputs().getFirst(), pass.apply(node, op.forward(), pass.diff(node)));
            case MAX -> throw GradientRules.none(node);
        }
    }
}
