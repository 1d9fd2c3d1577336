package dev.gatun.onednn;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.plan.Strided;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.Reduce;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Loops;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Reductions, and repetitions as copies whose source stands still. */
final class ReductionPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    ReductionPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    KernelPlan reduce(Problem problem, Reduce op) {
        Operand x = problem.inputs().getFirst();
        Shape shape = x.type().shape();
        TensorType type = problem.outputs().getFirst();
        Layout source = new Strided(descriptors, shape).operand(x, Layout.channelsLast(shape));
        List<Integer> order = Loops.dimensions(shape, source);
        List<Long> extents = new ArrayList<>();
        List<Integer> reduced = new ArrayList<>();
        for (int dimension : order) {
            int here = op.axes().contains(dimension) ? 1 : 0;
            int last = extents.size() - 1;
            if (last >= 0 && reduced.get(last) == here) {
                extents.set(last, extents.get(last) * shape.extent(dimension));
            } else {
                extents.add(shape.extent(dimension));
                reduced.add(here);
            }
        }
        if (extents.isEmpty()) { // one element
            extents.add(1L);
            reduced.add(0);
        }
        return new CallPlan("gatun:" + op.name(), List.of(Stored.of(x.type(), source)),
                List.of(Stored.of(type, kept(op, shape, order))), binding -> bind(op, extents, reduced, binding));
    }

    /** The layout of the result: what is kept lies in the order in which it lay. */
    private static Layout kept(Reduce op, Shape shape, List<Integer> order) {
        long[] strides = new long[shape.rank()];
        Arrays.fill(strides, 1);
        long stride = 1;
        for (int dimension : order.reversed()) {
            if (!op.axes().contains(dimension)) {
                strides[dimension] = stride;
                stride *= Math.max(1, shape.extent(dimension));
            }
        }
        int[] left = IntStream.range(0, shape.rank())
                .filter(i -> op.reduced() == Reduce.Axes.KEPT || !op.axes().contains(i)).toArray();
        return Layout.strided(
                Arrays.stream(left).mapToLong(i -> op.axes().contains(i) ? 1 : shape.extent(i)).toArray(),
                Arrays.stream(left).mapToLong(i -> strides[i]).toArray());
    }

    private Kernel bind(Reduce op, List<Long> extents, List<Integer> reduced, HostBinding binding) {
        Arena arena = lowering.owner().arena();
        MemorySegment sizes =
                arena.allocateFrom(ValueLayout.JAVA_LONG, extents.stream().mapToLong(Long::longValue).toArray());
        MemorySegment flags =
                arena.allocateFrom(ValueLayout.JAVA_INT, reduced.stream().mapToInt(Integer::intValue).toArray());
        MemorySegment src = binding.inputs().getFirst();
        MemorySegment dst = binding.outputs().getFirst();
        int rank = extents.size();
        int kind = switch (op.reduction()) {
            case SUM -> gatun_h.GATUN_REDUCE_SUM();
            case MEAN -> gatun_h.GATUN_REDUCE_MEAN();
            case MAX -> gatun_h.GATUN_REDUCE_MAX();
        };
        return () -> Kernels.reduceForward(kind, rank, sizes, flags, src, dst);
    }

    KernelPlan broadcast(Problem problem) {
        Operand x = problem.inputs().getFirst();
        TensorType type = problem.outputs().getFirst();
        Strided layouts = new Strided(descriptors, type.shape());
        Layout result = Layout.channelsLast(type.shape());
        Layout source = layouts.operand(x, result);
        MemorySegment from = layouts.repeated(x.type(), source);
        MemorySegment to = layouts.descriptor(type, result);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_reorder_primitive_desc_create", problem.name() + " broadcast of " + x.type() + " to " + type,
                out -> onednn_h.dnnl_reorder_primitive_desc_create(out, from, lowering.engine().handle(), to,
                        lowering.engine().handle(), lowering.engine().attributes().plain()));
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), Stored.of(x.type(), source))
                .output(onednn_h.DNNL_ARG_DST(), Stored.of(type, result))
                .build();
    }
}
