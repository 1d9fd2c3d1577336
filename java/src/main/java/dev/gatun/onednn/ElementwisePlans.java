package dev.gatun.onednn;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Stored;
import dev.gatun.op.Binary;
import dev.gatun.op.Dropout;
import dev.gatun.op.Op;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Operations that treat all elements alike: they run over memory as it lies. Padding of a blocked layout goes along where the
 * operation maps zeros to zero, so that it stays zero; the others take a layout without padding.
 */
final class ElementwisePlans {
    private ElementwisePlans() {}

    static KernelPlan add(Problem problem, Binary op) {
        long elements = stored(problem, op).elements();
        return plan(problem, op, "gatun:add", binding -> {
            MemorySegment a = binding.inputs().get(0);
            MemorySegment b = binding.inputs().get(1);
            MemorySegment dst = binding.outputs().getFirst();
            return switch (op.activation()) {
                case NONE -> () -> Kernels.addForward(elements, a, b, dst);
                case RELU -> () -> Kernels.addReluForward(elements, a, b, dst);
            };
        });
    }

    static KernelPlan relu(Problem problem, Unary op) {
        long elements = stored(problem, op).elements();
        return plan(problem, op, "gatun:relu", binding -> {
            MemorySegment src = binding.inputs().getFirst();
            MemorySegment dst = binding.outputs().getFirst();
            return () -> Kernels.reluForward(elements, src, dst);
        });
    }

    static KernelPlan reluBackward(Problem problem, UnaryBackward op) {
        long elements = stored(problem, op).elements();
        return plan(problem, op, "gatun:relu_backward", binding -> {
            List<MemorySegment> in = binding.inputs();
            MemorySegment dst = in.get(0);
            MemorySegment diffDst = in.get(1);
            MemorySegment diffSrc = binding.outputs().getFirst();
            if (in.size() == 2) {
                return () -> Kernels.reluBackward(elements, dst, diffDst, diffSrc);
            }
            MemorySegment second = in.get(2);
            return () -> Kernels.reluBackwardSum(elements, dst, diffDst, second, diffSrc);
        });
    }

    static KernelPlan dropout(Problem problem, Dropout op) {
        long elements = stored(problem, op).elements();
        return plan(problem, op, "gatun:dropout", binding -> {
            MemorySegment src = binding.inputs().getFirst();
            MemorySegment dst = binding.outputs().getFirst();
            MemorySegment random = binding.random();
            return () -> Kernels.dropout(elements, src, dst, op.rate(), random, op.stream());
        });
    }

    private static KernelPlan plan(
            Problem problem, Op op, String implementation, Function<HostBinding, Kernel> binder) {
        Stored stored = stored(problem, op);
        return new CallPlan(implementation, Collections.nCopies(problem.inputs().size(), stored),
                List.of(stored), op.inPlaceInput(), binder);
    }

    /** The result as it will lie; all operands lie likewise. The first operand whose layout is settled decides. */
    static Stored stored(Problem problem, Op op) {
        TensorType type = problem.outputs().getFirst();
        return problem.inputs().stream().map(Operand::stored).flatMap(Stream::ofNullable).findFirst()
                .map(stored -> keepsPadding(stored, op) ? stored : Stored.of(type, Layout.channelsLast(type.shape())))
                .orElse(Stored.rowMajor(type));
    }

    private static boolean keepsPadding(Stored stored, Op op) {
        return op.keepsZero() || stored.elements() == stored.type().shape().elements();
    }
}
