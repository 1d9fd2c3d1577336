package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.GatherSizes;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.op.ArgMax;
import dev.gatun.op.OneHot;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Labels as vectors, and the places of largest elements, in row-major order, by Gatun's kernels. */
final class LabelPlans {
    private LabelPlans() {}

    static KernelPlan oneHot(Problem problem, OneHot op) {
        Stored result = Stored.rowMajor(problem.outputs().getFirst());
        GatherSizes sizes = GatherSizes.of(result.type().shape(), op.axis(), 1);
        return new CallPlan("gatun:one_hot", problem.rowMajorInputs(), List.of(result), binding -> {
            MemorySegment labels = binding.inputs().getFirst();
            MemorySegment dst = binding.outputs().getFirst();
            return () -> Kernels.oneHot(sizes, op.ignored(), labels, dst);
        });
    }

    static KernelPlan argMax(Problem problem, ArgMax op) {
        GatherSizes sizes = GatherSizes.of(problem.inputs().getFirst().type().shape(), op.axis(), 1);
        return new CallPlan("gatun:argmax", problem.rowMajorInputs(),
                List.of(Stored.rowMajor(problem.outputs().getFirst())), binding -> {
                    MemorySegment src = binding.inputs().getFirst();
                    MemorySegment dst = binding.outputs().getFirst();
                    return () -> Kernels.argMax(sizes, src, dst);
                });
    }
}
