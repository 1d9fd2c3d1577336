package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.RowKernel;
import dev.gatun.op.LayerNormalization;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Layer normalisation over row-major rows, in kernels of ours: oneDNN's sums are in f32. */
final class LayerNormalizationPlans {
    private static final String OWN = "gatun:layer_normalization";

    private LayerNormalizationPlans() {}

    private static RowKernel kernel(Problem problem, LayerNormalization op) {
        TensorType x = problem.inputs().getFirst().type();
        return new RowKernel(op.rows(x.shape()).elements(), op.features(x.shape()).elements());
    }

    private static boolean isAffine(LayerNormalization op) {
        return switch (op.scaling()) {
            case SCALE_AND_SHIFT -> true;
            case NONE -> false;
        };
    }

    static KernelPlan forward(Problem problem, LayerNormalization op) {
        RowKernel kernel = kernel(problem, op);
        boolean affine = isAffine(op);
        List<Stored> outputs = problem.outputs().stream().map(Stored::rowMajor).toList();
        return new CallPlan(OWN, problem.rowMajorInputs(), outputs, 0, kernel.scratchBytes(), binding -> {
            List<MemorySegment> in = binding.inputs();
            List<MemorySegment> out = binding.outputs();
            RowKernel.Forward bound = new RowKernel.Forward(in.get(0), affine ? in.get(1) : MemorySegment.NULL,
                    affine ? in.get(2) : MemorySegment.NULL, out.get(0), out.get(1), out.get(2), binding.scratch());
            return () -> kernel.forward(bound, op.epsilon());
        });
    }

    static KernelPlan backward(Problem problem, LayerNormalization op) {
        RowKernel kernel = kernel(problem, op);
        boolean affine = isAffine(op);
        List<Stored> outputs = problem.outputs().stream().map(Stored::rowMajor).toList();
        return new CallPlan(OWN, problem.rowMajorInputs(), outputs, 1, kernel.scratchBytes(), binding -> {
            List<MemorySegment> in = binding.inputs();
            List<MemorySegment> out = binding.outputs();
            RowKernel.Backward bound = new RowKernel.Backward(in.get(0), in.get(1),
                    affine ? in.get(4) : MemorySegment.NULL, in.get(2), in.get(3), out.get(0),
                    affine ? out.get(1) : MemorySegment.NULL, affine ? out.get(2) : MemorySegment.NULL,
                    binding.scratch());
            return () -> kernel.backward(bound, op.epsilon());
        });
    }
}
