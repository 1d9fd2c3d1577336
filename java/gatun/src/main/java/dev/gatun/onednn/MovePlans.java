package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.MovePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.op.Concat;
import dev.gatun.op.Pad;
import dev.gatun.op.Slice;
import dev.gatun.op.Transpose;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** What moves elements, as reorders between parts of tensors without blocks. */
final class MovePlans {
    private final CpuLowering lowering;

    MovePlans(CpuLowering lowering) {
        this.lowering = lowering;
    }

    KernelPlan transpose(Problem problem, Transpose op) {
        TensorType type = problem.outputs().getFirst();
        Stored source = read(problem.inputs().getFirst());
        Stored result = Stored.rowMajor(type);
        long[] strides = source.layout().strides();
        Layout moved = Layout.strided(
                type.shape().extents(), op.permutation().stream().mapToLong(i -> strides[i]).toArray());
        return new MovePlan("reorder", List.of(source), List.of(result), false,
                List.of(new MovePlan.Part(lowering.reorder(Stored.of(type, moved), result), 0, 0, 0)));
    }

    KernelPlan slice(Problem problem, Slice op) {
        Stored source = read(problem.inputs().getFirst());
        Stored result = result(problem);
        Layout part = Layout.strided(result.type().shape().extents(), source.layout().strides());
        return new MovePlan("reorder", List.of(source), List.of(result), false, List.of(new MovePlan.Part(
                lowering.reorder(Stored.of(result.type(), part), result), 0,
                op.start() * source.layout().strides()[op.axis()], 0)));
    }

    KernelPlan concat(Problem problem, Concat op) {
        Stored result = result(problem);
        List<Stored> sources = new ArrayList<>();
        List<MovePlan.Part> parts = new ArrayList<>();
        long start = 0;
        for (Operand operand : problem.inputs()) {
            Stored source = read(operand);
            parts.add(into(result, source, sources.size(), start * result.layout().strides()[op.axis()]));
            sources.add(source);
            start += operand.type().shape().extent(op.axis());
        }
        return new MovePlan("reorder", sources, List.of(result), false, parts);
    }

    KernelPlan pad(Problem problem, Pad op) {
        Stored result = result(problem);
        Stored source = read(problem.inputs().getFirst());
        if (lieAlike(source, result)) {
            return padded(source, result, op);
        }
        return new MovePlan("reorder", List.of(source), List.of(result), true,
                List.of(into(result, source, 0, op.before() * result.layout().strides()[op.axis()])));
    }

    private static boolean lieAlike(Stored source, Stored result) {
        return (source.isRowMajor() && result.isRowMajor())
                || (source.layout().isChannelsLast(source.type().shape())
                        && result.layout().isChannelsLast(result.type().shape()));
    }

    /** By Gatun's kernel: the dimension lies between others, some of which are outer to it and some inner. */
    private static KernelPlan padded(Stored source, Stored result, Pad op) {
        Shape shape = result.type().shape();
        long inner = result.layout().strides()[op.axis()];
        long outer = shape.elements() == 0 ? 0 : shape.elements() / (shape.extent(op.axis()) * inner);
        long extent = source.type().shape().extent(op.axis());
        long bytes = inner * source.type().dtype().bytes();
        return new CallPlan("gatun:pad", List.of(source), List.of(result), binding -> {
            MemorySegment src = binding.inputs().getFirst();
            MemorySegment dst = binding.outputs().getFirst();
            return () -> Kernels.pad(outer, op.before(), extent, op.after(), bytes, src, dst);
        });
    }

    private MovePlan.Part into(Stored result, Stored source, int input, long offset) {
        Layout part = Layout.strided(source.type().shape().extents(), result.layout().strides());
        return new MovePlan.Part(lowering.reorder(source, Stored.of(source.type(), part)), input, 0, offset);
    }

    /** The result, channels last where the first input is. */
    private static Stored result(Problem problem) {
        TensorType type = problem.outputs().getFirst();
        Operand first = problem.inputs().getFirst();
        Shape shape = first.type().shape();
        return Stored.of(type, plain(first).equals(Layout.channelsLast(shape))
                ? Layout.channelsLast(type.shape()) : Layout.rowMajor(type.shape()));
    }

    private static Stored read(Operand operand) {
        return Stored.of(operand.type(), plain(operand));
    }

    /** The layout in which an operand is read: its own where it has no blocks. */
    private static Layout plain(Operand operand) {
        Layout layout = operand.layout();
        Shape shape = operand.type().shape();
        if (layout != null && !layout.hasBlocks() && layout.physicalElements() == shape.elements()) {
            return layout;
        }
        return layout != null ? Layout.channelsLast(shape) : Layout.rowMajor(shape);
    }
}
