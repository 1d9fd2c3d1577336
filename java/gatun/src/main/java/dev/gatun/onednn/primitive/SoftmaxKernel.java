package dev.gatun.onednn.primitive;

import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.op.Softmax;
import dev.gatun.shape.Stored;

/**
 * A softmax over the middle dimension of a tensor in memory, {@code (outer, extent, inner)}.
 *
 * @param kind a {@code gatun_softmax_kind}
 */
public record SoftmaxKernel(int kind, long outer, long extent, long inner) {

    /** Over a tensor that lies without blocks and without gaps, in any order of its dimensions. */
    public static SoftmaxKernel of(Softmax op, Stored stored) {
        long[] strides = stored.layout().strides();
        long elements = stored.elements();
        long extent = stored.type().shape().extent(op.axis());
        long inner = extent == 1 ? 1 : strides[op.axis()];
        return new SoftmaxKernel(kind(op), elements / extent / inner, extent, inner);
    }

    private static int kind(Softmax op) {
        return switch (op.kind()) {
            case SOFTMAX -> gatun_h.GATUN_SOFTMAX();
            case LOG_SOFTMAX -> gatun_h.GATUN_LOG_SOFTMAX();
        };
    }

    long elements() {
        return outer * extent * inner;
    }
}
