package dev.gatun.onednn.plan;

import dev.gatun.backend.Operand;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Layouts without blocks for operands that are repeated into a shape, or reduced from it. */
public record Strided(MemoryDescriptors descriptors, Shape shape) {
    /** The layout of the result: that of an operand of the same shape, where it has no blocks. */
    public Layout result(List<Operand> operands) {
        for (Operand operand : operands) {
            Layout layout = operand.layout();
            if (layout != null && operand.type().shape().equals(shape) && !layout.hasBlocks()) {
                return layout;
            }
        }
        return Layout.channelsLast(shape);
    }

    /** The layout in which an operand is read: its own, where it has no blocks. */
    public Layout operand(Operand operand, Layout result) {
        Layout layout = operand.layout();
        Shape own = operand.type().shape();
        if (layout != null && !layout.hasBlocks() && layout.physicalElements() == own.elements()) {
            return layout;
        }
        return result.isChannelsLast(shape) && own.rank() == shape.rank()
                ? Layout.channelsLast(own)
                : Layout.rowMajor(own);
    }

    /** An operand with as many dimensions as the shape, the missing ones of extent 1. */
    public MemorySegment descriptor(TensorType type, Layout layout) {
        return describe(type, layout, 1);
    }

    /** An operand as the whole shape: what is repeated does not move in memory. */
    public MemorySegment repeated(TensorType type, Layout layout) {
        return describe(type, layout, 0);
    }

    private MemorySegment describe(TensorType type, Layout layout, int repeatedStride) {
        int rank = Math.max(1, shape.rank());
        int missing = rank - type.shape().rank();
        long[] extents = new long[rank];
        long[] strides = new long[rank];
        Arrays.fill(extents, 1);
        Arrays.fill(strides, 1);
        long[] given = layout.strides();
        for (int i = 0; i < shape.rank(); i++) {
            boolean one = i < missing || type.shape().extent(i - missing) == 1;
            extents[i] = repeatedStride == 0 ? shape.extent(i) : one ? 1 : type.shape().extent(i - missing);
            strides[i] = one && extents[i] != 1 ? 0 : i < missing ? 1 : given[i - missing];
        }
        return descriptors.strides(type.dtype(), extents, strides, type + " as " + layout + " in " + shape);
    }
}
