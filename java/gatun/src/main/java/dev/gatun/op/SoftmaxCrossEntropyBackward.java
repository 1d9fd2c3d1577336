package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * The gradient of a {@link SoftmaxCrossEntropy}: {@code probabilities, labels -> diff_logits}, where
 * {@code diff_logits = (probabilities - onehot(label)) / N}.
 */
public record SoftmaxCrossEntropyBackward() implements GradientOp {
    @Override
    public String name() {
        return "softmax_cross_entropy_backward";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 2, 2);
        return List.of(inputs.getFirst());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 2 * inputs.getFirst().shape().elements();
    }
}
