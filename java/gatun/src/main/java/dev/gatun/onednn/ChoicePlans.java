package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.GatherSizes;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.op.Gather;
import dev.gatun.op.ScatterAdd;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Rows chosen by indices, of row-major tables, by Gatun's kernels. */
final class ChoicePlans {
    private ChoicePlans() {}

    static KernelPlan gather(Problem problem, Gather op) {
        TensorType table = problem.inputs().getFirst().type();
        GatherSizes sizes = sizes(problem, table, op);
        return new CallPlan("gatun:gather", problem.rowMajorInputs(),
                List.of(Stored.rowMajor(problem.outputs().getFirst())),
                binding -> {
                    MemorySegment src = binding.inputs().get(0);
                    MemorySegment indices = binding.inputs().get(1);
                    MemorySegment dst = binding.outputs().getFirst();
                    return () -> Kernels.gather(sizes, src, indices, dst);
                });
    }

    static KernelPlan scatterAdd(Problem problem, ScatterAdd op) {
        TensorType table = problem.outputs().getFirst();
        GatherSizes sizes = sizes(problem, table, op.forward());
        long skipped = op.forward().padding();
        return new CallPlan("gatun:scatter_add", problem.rowMajorInputs(), List.of(Stored.rowMajor(table)), binding -> {
            MemorySegment diff = binding.inputs().get(0);
            MemorySegment indices = binding.inputs().get(1);
            MemorySegment dst = binding.outputs().getFirst();
            return () -> Kernels.scatterAdd(sizes, skipped, diff, indices, dst);
        });
    }

    private static GatherSizes sizes(Problem problem, TensorType table, Gather op) {
        return GatherSizes.of(table.shape(), op.axis(), problem.inputs().get(1).type().shape().elements());
    }
}
