package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.onednn.primitive.SoftmaxKernel;
import dev.gatun.op.Softmax;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;

/**
 * Softmax, its logarithm and their gradients, along any dimension, in kernels of ours: oneDNN's logarithm is off by
 * 2^-18 near 1, and of the gradients along other than the innermost dimension it has plain loops.
 */
final class SoftmaxPlans {
    private SoftmaxPlans() {}

    static KernelPlan forward(Problem problem, Softmax op) {
        Stored stored = stored(problem);
        SoftmaxKernel kernel = SoftmaxKernel.of(op, stored);
        return new CallPlan("gatun:" + problem.op().name(), List.of(stored), List.of(stored), 0, binding -> {
            MemorySegment src = binding.inputs().getFirst();
            MemorySegment dst = binding.outputs().getFirst();
            return () -> Kernels.softmaxForward(kernel, src, dst);
        });
    }

    static KernelPlan backward(Problem problem, Softmax op) {
        Stored stored = stored(problem);
        SoftmaxKernel kernel = SoftmaxKernel.of(op, stored);
        return new CallPlan("gatun:" + problem.op().name(), List.of(stored, stored), List.of(stored), 1, binding -> {
            MemorySegment dst = binding.inputs().get(0);
            MemorySegment diffDst = binding.inputs().get(1);
            MemorySegment diffSrc = binding.outputs().getFirst();
            return () -> Kernels.softmaxBackward(kernel, dst, diffDst, diffSrc);
        });
    }

    /** As the first operand that has a layout without gaps lies. */
    private static Stored stored(Problem problem) {
        TensorType type = problem.outputs().getFirst();
        return problem.inputs().stream().map(Operand::stored).flatMap(Stream::ofNullable)
                .filter(stored -> !stored.layout().hasBlocks() && stored.type().shape().equals(type.shape())
                        && stored.elements() == type.shape().elements())
                .findFirst().orElse(Stored.rowMajor(type));
    }
}
