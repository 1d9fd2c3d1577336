package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a {@link SoftmaxCrossEntropy} with respect to its logits:
 * {@code probabilities, labels, diff_loss -> diff_logits}, where
 * {@code diff_logits = (probabilities - onehot(label)) * diff_loss / N} and {@code diff_loss} is a scalar.
 */
public record SoftmaxCrossEntropyBackward() implements Op {
    @Override
    public String name() {
        return "softmax_cross_entropy_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 3, 3);
        Shapes.rank(this, "diff_loss", inputs.get(2), 0);
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 2 * inputs.getFirst().shape().elements();
    }
}
