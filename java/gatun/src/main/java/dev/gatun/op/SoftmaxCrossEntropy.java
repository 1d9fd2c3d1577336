package dev.gatun.op;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The mean over the batch of {@code -log softmax(logits)[label]}. Inputs: {@code logits (N, classes)} and
 * {@code labels (N)} as {@link DType#I32} in {@code [0, classes)}. Outputs: loss (a scalar), probabilities
 * {@code (N, classes)}, and the number of rows whose first largest logit is the label (a scalar, {@link DType#I64}).
 */
public record SoftmaxCrossEntropy() implements Op {
    @Override
    public String name() {
        return "softmax_cross_entropy";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        Shapes.floating(this, inputs);
        TensorType logits = inputs.getFirst();
        Shapes.rank(this, "logits", logits, 2);
        Shapes.same(this, "labels", inputs.get(1), TensorType.i32(logits.shape().extent(0)));
        return List.of(logits.withShape(Shape.of()), logits, new TensorType(DType.I64, Shape.of()));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 5 * inputs.getFirst().shape().elements();
    }
}
