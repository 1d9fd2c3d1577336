package dev.gatun.onednn;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.op.Activation;
import dev.gatun.op.Dropout;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * Operations that treat all elements alike: they run over memory as it lies, padding included, which stays zero because
 * each of them maps zeros to zero.
 */
final class ElementwisePlans {
    private ElementwisePlans() {}

    static KernelPlan add(Problem problem, Activation activation) {
        long elements = stored(problem).elements();
        return plan(problem, "gatun:add", 0, binding -> {
            MemorySegment a = binding.inputs().get(0);
            MemorySegment b = binding.inputs().get(1);
            MemorySegment dst = binding.outputs().getFirst();
            return switch (activation) {
                case NONE -> () -> Kernels.addForward(elements, a, b, dst);
                case RELU -> () -> Kernels.addReluForward(elements, a, b, dst);
            };
        });
    }

    static KernelPlan relu(Problem problem) {
        long elements = stored(problem).elements();
        return plan(problem, "gatun:relu", 0, binding -> {
            MemorySegment src = binding.inputs().getFirst();
            MemorySegment dst = binding.outputs().getFirst();
            return () -> Kernels.reluForward(elements, src, dst);
        });
    }

    static KernelPlan reluBackward(Problem problem) {
        long elements = stored(problem).elements();
        return plan(problem, "gatun:relu_backward", 1, binding -> {
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
        long elements = stored(problem).elements();
        return plan(problem, "gatun:dropout", 0, binding -> {
            MemorySegment src = binding.inputs().getFirst();
            MemorySegment dst = binding.outputs().getFirst();
            MemorySegment random = binding.random();
            return () -> Kernels.dropout(elements, src, dst, op.rate(), random, op.stream());
        });
    }

    private static KernelPlan plan(
            Problem problem, String implementation, int inPlace, Function<HostBinding, Kernel> binder) {
        Stored stored = stored(problem);
        return new CallPlan(implementation, Collections.nCopies(problem.inputs().size(), stored),
                List.of(stored), inPlace, binder);
    }

    /** All operands lie as the first does. */
    private static Stored stored(Problem problem) {
        return problem.inputs().getFirst().storedOrRowMajor();
    }
}
