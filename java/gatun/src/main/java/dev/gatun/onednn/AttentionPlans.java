package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.onednn.plan.AttentionPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.AttentionKernel;
import dev.gatun.onednn.primitive.AttentionKernel.Pass;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.shape.Stored;

/** Gatun's attention on row-major matrices. */
final class AttentionPlans {
    private final CpuLowering lowering;

    AttentionPlans(CpuLowering lowering) {
        this.lowering = lowering;
    }

    KernelPlan forward(Problem problem, ScaledDotProductAttention op) {
        return plan(problem, op, Pass.FORWARD);
    }

    KernelPlan backward(Problem problem, ScaledDotProductAttention op) {
        return plan(problem, op, Pass.BACKWARD);
    }

    private KernelPlan plan(Problem problem, ScaledDotProductAttention op, Pass pass) {
        AttentionKernel kernel = AttentionKernel.of(lowering.owner().arena(), op,
                problem.inputs().stream().map(input -> input.type()).toList());
        return new AttentionPlan(kernel, pass, problem.rowMajorInputs(),
                problem.outputs().stream().map(Stored::rowMajor).toList(), kernel.scratchBytes(pass));
    }
}
