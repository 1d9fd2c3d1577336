package dev.gatun.onednn;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.FloatFunction;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.op.Dropout;
import dev.gatun.op.Op;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Operations that treat all elements alike: they run over memory as it lies. Padding of a blocked layout goes along
 * where the operation maps zeros to zero, so that it stays zero; the others take a layout without padding.
 */
final class ElementwisePlans {
    private ElementwisePlans() {}

    /** A sum, or the ReLU of one. */
    static KernelPlan add(Problem problem) {
        long elements = stored(problem).elements();
        boolean relu = problem.activation() == UnaryFunction.RELU;
        return plan(problem, relu ? "gatun:add_relu" : "gatun:add", binding -> {
            MemorySegment a = binding.inputs().get(0);
            MemorySegment b = binding.inputs().get(1);
            MemorySegment dst = binding.outputs().getFirst();
            return relu
                    ? () -> Kernels.addReluForward(elements, a, b, dst) : () -> Kernels.addForward(elements, a, b, dst);
        });
    }

    /** A function of one variable, in the type of its operand. */
    static KernelPlan unary(Problem problem, ScalarFunction function) {
        Stored stored = stored(problem);
        FloatFunction kernel = FloatFunction.of(function, stored.type().dtype());
        return plan(problem, "gatun:" + function.lowerCase(), binding -> {
            MemorySegment src = binding.inputs().getFirst();
            MemorySegment dst = binding.outputs().getFirst();
            return () -> Kernels.unaryForward(kernel, stored.elements(), src, dst);
        });
    }

    /** The gradient of such a function; a ReLU's from one gradient, or the sum of two. */
    static KernelPlan unaryBackward(Problem problem, ScalarFunction function) {
        if (problem.inputs().size() == 3) {
            return reluBackwardSum(problem);
        }
        Stored stored = stored(problem);
        FloatFunction kernel = FloatFunction.of(function, stored.type().dtype());
        return plan(problem, "gatun:" + problem.op().name(), binding -> {
            MemorySegment known = binding.inputs().get(0);
            MemorySegment diffDst = binding.inputs().get(1);
            MemorySegment diffSrc = binding.outputs().getFirst();
            return () -> Kernels.unaryBackward(kernel, stored.elements(), known, diffDst, diffSrc);
        });
    }

    private static KernelPlan reluBackwardSum(Problem problem) {
        long elements = stored(problem).elements();
        return plan(problem, "gatun:relu_backward_sum", binding -> {
            List<MemorySegment> in = binding.inputs();
            MemorySegment diffSrc = binding.outputs().getFirst();
            return () -> Kernels.reluBackwardSum(elements, in.get(0), in.get(1), in.get(2), diffSrc);
        });
    }

    /** A conversion to another floating-point type, element by element over memory that lies alike. */
    static KernelPlan cast(Stored from, Stored to) {
        int source = FloatFunction.type(from.type().dtype());
        int target = FloatFunction.type(to.type().dtype());
        return new CallPlan("gatun:cast", List.of(from), List.of(to), binding -> {
            MemorySegment src = binding.inputs().getFirst();
            MemorySegment dst = binding.outputs().getFirst();
            return () -> Kernels.cast(source, target, to.elements(), src, dst);
        });
    }

    /** A choice between two tensors. */
    static KernelPlan where(Problem problem) {
        long elements = stored(problem).elements();
        return plan(problem, "gatun:where", binding -> {
            List<MemorySegment> in = binding.inputs();
            MemorySegment dst = binding.outputs().getFirst();
            return () -> Kernels.whereForward(elements, in.get(0), in.get(1), in.get(2), dst);
        });
    }

    /** Which elements are dropped depends on where they lie: the gradient lies as the forward pass did. */
    static KernelPlan dropout(Problem problem, Dropout op) {
        TensorType type = problem.outputs().getFirst();
        Layout given = problem.inputs().getFirst().layout();
        Stored stored = problem.forward() != null ? problem.forward().outputs().getFirst()
                : given == null ? Stored.rowMajor(type) : Stored.of(type, given);
        long elements = stored.elements();
        return new CallPlan("gatun:dropout", List.of(stored), List.of(stored), op.inPlaceInput(), binding -> {
            MemorySegment src = binding.inputs().getFirst();
            MemorySegment dst = binding.outputs().getFirst();
            MemorySegment random = binding.randomState();
            return () -> Kernels.dropout(elements, src, dst, op.rate(), random, op.stream());
        });
    }

    private static KernelPlan plan(Problem problem, String implementation, Function<HostBinding, Kernel> binder) {
        Stored stored = stored(problem);
        return new CallPlan(implementation, Collections.nCopies(problem.inputs().size(), stored), List.of(stored),
                problem.op().inPlaceInput(), binder);
    }

    /** The result as it will lie; all operands lie likewise. The first operand whose layout is settled decides. */
    static Stored stored(Problem problem) {
        TensorType type = problem.outputs().getFirst();
        return problem.inputs().stream().map(Operand::stored).flatMap(Stream::ofNullable).findFirst()
                .map(stored -> withoutHarm(problem.op(), stored)).orElse(Stored.rowMajor(type));
    }

    private static Stored withoutHarm(Op op, Stored stored) {
        boolean padded = stored.elements() != stored.type().shape().elements();
        return padded && !op.keepsZero() ? Stored.of(stored.type(), Layout.channelsLast(stored.type().shape()))
                : stored;
    }
}
