package dev.gatun.onednn.primitive;

import dev.gatun.bindings.gatun.gatun_attention;
import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.op.MatMul;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.ScaledDotProductAttention.Masking;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Gatun's attention, with checked calls; shapes as in {@code gatun.h}.
 *
 * @param shape       the {@code gatun_attention}
 * @param maskOffsets where the mask of each pair of matrices begins, i64
 * @param elements    that the scores would have, for messages
 */
public record AttentionKernel(MemorySegment shape, MemorySegment maskOffsets, long elements) {
    /** The kernel for given operands, in memory of an arena. */
    public static AttentionKernel of(Arena arena, ScaledDotProductAttention op, List<TensorType> inputs) {
        Shape query = inputs.get(0).shape();
        Shape scores = ScaledDotProductAttention.scores(inputs);
        MemorySegment shape = gatun_attention.allocate(arena);
        gatun_attention.batch(shape, MatMul.batch(query).elements());
        gatun_attention.queries(shape, query.extent(-2));
        gatun_attention.keys(shape, scores.extent(-1));
        gatun_attention.width(shape, query.extent(-1));
        gatun_attention.outputs(shape, inputs.get(2).shape().extent(-1));
        gatun_attention.scale(shape, op.scale());
        gatun_attention.rate(shape, op.rate());
        gatun_attention.causal(shape, op.masking() == Masking.CAUSAL ? 1 : 0);
        gatun_attention.stream(shape, op.stream());
        MemorySegment offsets = op.masking() == Masking.ADDED
                ? offsets(arena, shape, inputs.get(3).shape(), scores) : MemorySegment.NULL;
        return new AttentionKernel(shape, offsets, scores.elements());
    }

    /** Strides of a mask as of the whole scores: what is repeated does not move in memory. */
    private static MemorySegment offsets(Arena arena, MemorySegment shape, Shape mask, Shape scores) {
        long[] own = mask.rowMajorStrides();
        long[] strides = new long[scores.rank()];
        for (int i = 1; i <= mask.rank(); i++) {
            strides[scores.rank() - i] = mask.extent(-i) == 1 ? 0 : own[mask.rank() - i];
        }
        gatun_attention.mask_row(shape, strides[scores.rank() - 2]);
        gatun_attention.mask_column(shape, strides[scores.rank() - 1]);
        Shape batch = MatMul.batch(scores);
        MemorySegment offsets = arena.allocate(ValueLayout.JAVA_LONG, batch.elements());
        for (long i = 0; i < batch.elements(); i++) {
            long left = i;
            long offset = 0;
            for (int axis = batch.rank() - 1; axis >= 0; axis--) {
                offset += left % batch.extent(axis) * strides[axis];
                left /= batch.extent(axis);
            }
            offsets.setAtIndex(ValueLayout.JAVA_LONG, i, offset);
        }
        return offsets;
    }

    /** Bytes of scratch memory of the forward pass, or of the gradients. */
    public long scratchBytes(Pass pass) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(ValueLayout.JAVA_LONG);
            Kernels.check(gatun_h.gatun_attention_workspace(shape, pass.backward, bytes),
                    "gatun_attention_workspace", elements);
            return bytes.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** What is computed. */
    public enum Pass {
        FORWARD(0),
        BACKWARD(1);

        private final int backward;

        Pass(int backward) {
            this.backward = backward;
        }
    }

    /**
     * The forward pass.
     *
     * @param in  query, key, value and, where there is one, the mask
     * @param out results and logarithms of sums
     */
    public void forward(List<MemorySegment> in, List<MemorySegment> out, MemorySegment random, MemorySegment scratch) {
        Kernels.check(gatun_h.gatun_attention_forward(shape, in.get(0), in.get(1), in.get(2), mask(in), maskOffsets,
                random, out.get(0), out.get(1), scratch, scratch.byteSize()), "gatun_attention_forward", elements);
    }

    /**
     * The gradients.
     *
     * @param in  what the forward pass read and wrote, and the gradient by its results
     * @param out the gradients by query, key and value
     */
    public void backward(List<MemorySegment> in, List<MemorySegment> out, MemorySegment random, MemorySegment scratch) {
        int results = in.size() - 3;
        Kernels.check(gatun_h.gatun_attention_backward(shape, in.get(0), in.get(1), in.get(2), mask(in), maskOffsets,
                random, in.get(results), in.get(results + 1), in.get(results + 2), out.get(0), out.get(1), out.get(2),
                scratch, scratch.byteSize()), "gatun_attention_backward", elements);
    }

    private MemorySegment mask(List<MemorySegment> in) {
        return maskOffsets.equals(MemorySegment.NULL) ? MemorySegment.NULL : in.get(3);
    }
}
