package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.onednn.primitive.ResampleTaps;
import dev.gatun.op.Resample;
import dev.gatun.op.ResampleBackward;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Resizing and padding along a dimension, in row-major order or channels last, by Gatun's kernels. */
final class ResamplePlans {
    private final CpuLowering lowering;

    ResamplePlans(CpuLowering lowering) {
        this.lowering = lowering;
    }

    KernelPlan forward(Problem problem, Resample op) {
        Operand x = problem.inputs().getFirst();
        TensorType type = problem.outputs().getFirst();
        Layout source = read(x);
        return new CallPlan("gatun:" + op.name(), List.of(Stored.of(x.type(), source)), List.of(like(x, source, type)),
                binding -> {
                    ResampleTaps taps = taps(op, x.type().shape(), source);
                    MemorySegment src = binding.inputs().getFirst();
                    MemorySegment dst = binding.outputs().getFirst();
                    return () -> Kernels.resampleForward(taps, src, dst);
                });
    }

    KernelPlan backward(Problem problem, ResampleBackward op) {
        Operand diff = problem.inputs().getFirst();
        TensorType type = problem.outputs().getFirst();
        Layout source = read(diff);
        Stored result = like(diff, source, type);
        return new CallPlan("gatun:" + op.name(), List.of(Stored.of(diff.type(), source)), List.of(result), binding -> {
            ResampleTaps taps = taps(op.forward(), type.shape(), result.layout());
            MemorySegment from = binding.inputs().getFirst();
            MemorySegment dst = binding.outputs().getFirst();
            return () -> Kernels.resampleBackward(taps, from, dst);
        });
    }

    /** Row-major or channels last, which is all that outer, extent and inner can say; others are reordered. */
    private static Layout read(Operand operand) {
        Shape shape = operand.type().shape();
        Layout layout = operand.layout();
        return layout == null || layout.isRowMajor(shape) ? Layout.rowMajor(shape)
                : layout.hasBlocks() || layout.isChannelsLast(shape) ? Layout.channelsLast(shape)
                : Layout.rowMajor(shape);
    }

    private ResampleTaps taps(Resample op, Shape x, Layout layout) {
        long inner = layout.strides()[op.axis()];
        long outer = x.elements() / Math.max(1, inner * x.extent(op.axis()));
        return ResampleTaps.of(lowering.owner().arena(), op.sampling(), outer, x.extent(op.axis()), inner);
    }

    /** A tensor that lies as an operand does. */
    private static Stored like(Operand operand, Layout layout, TensorType type) {
        return Stored.of(type, layout.equals(Layout.channelsLast(operand.type().shape()))
                ? Layout.channelsLast(type.shape()) : Layout.rowMajor(type.shape()));
    }
}
