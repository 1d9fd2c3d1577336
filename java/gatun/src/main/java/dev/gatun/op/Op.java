package dev.gatun.op;

import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * An operation: pure attributes. Sealed, so that shape inference, gradient rules and every backend's lowering are
 * exhaustive switches: a new operation makes the compiler list all places that must know it.
 *
 * <p>Tensors of images are {@code (N, C, H, W)} and weights {@code (O, I/groups, KH, KW)} as logical shapes; the order
 * in memory is the compiler's business.
 */
public sealed interface Op permits ForwardOp, GradientOp {

    /** The field's name of the operation, in lower case with underscores: {@code batch_normalization}. */
    String name();

    /**
     * The types of the outputs.
     *
     * @throws IllegalArgumentException when the inputs do not fit, naming the operation and the shapes
     */
    List<TensorType> infer(List<TensorType> inputs);

    /** Floating-point operations of one execution; a multiply-add counts as two. */
    long flops(List<TensorType> inputs);
}
