package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Softmax cross-entropy and its gradient, by Gatun's kernels. */
final class LossPlans {
    private LossPlans() {}

    static KernelPlan forward(Problem problem) {
        Shape logits = problem.inputs().getFirst().type().shape();
        long rows = logits.extent(0);
        long classes = logits.extent(1);
        return new CallPlan("gatun:softmax_cross_entropy", problem.rowMajorInputs(),
                problem.outputs().stream().map(Stored::rowMajor).toList(), binding -> {
                    MemorySegment in = binding.inputs().get(0);
                    MemorySegment labels = binding.inputs().get(1);
                    MemorySegment loss = binding.outputs().get(0);
                    MemorySegment probabilities = binding.outputs().get(1);
                    MemorySegment correct = binding.outputs().get(2);
                    return () -> Kernels.softmaxCrossEntropyForward(
                            rows, classes, in, labels, probabilities, loss, correct);
                });
    }

    static KernelPlan backward(Problem problem) {
        Shape logits = problem.inputs().getFirst().type().shape();
        long rows = logits.extent(0);
        long classes = logits.extent(1);
        return new CallPlan("gatun:softmax_cross_entropy_backward", problem.rowMajorInputs(),
                List.of(Stored.rowMajor(problem.outputs().getFirst())), binding -> {
                    MemorySegment probabilities = binding.inputs().get(0);
                    MemorySegment labels = binding.inputs().get(1);
                    MemorySegment diffLogits = binding.outputs().getFirst();
                    MemorySegment scale = binding.inputs().get(2);
                    return () -> Kernels.softmaxCrossEntropyBackward(
                            rows, classes, probabilities, labels, scale, diffLogits);
                });
    }
}
