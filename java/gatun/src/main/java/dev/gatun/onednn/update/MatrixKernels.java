package dev.gatun.onednn.update;

import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.onednn.primitive.Kernels;
import java.lang.foreign.MemorySegment;

/** Checked calls of the optimizers of matrices in {@code gatun.h}. */
final class MatrixKernels {
    private MatrixKernels() {}

    static void muonDirection(StepArguments a, MemorySegment matrix, MemorySegment momentum, MemorySegment direction) {
        Kernels.check(gatun_h.gatun_muon_direction(a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(),
                a.coefficients(), a.elements(), matrix, a.gradients(), momentum, direction), "gatun_muon_direction",
                a.elements());
    }

    static void muonUpdate(StepArguments a, MemorySegment matrix, MemorySegment direction) {
        Kernels.check(gatun_h.gatun_muon_update(a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(),
                a.coefficients(), a.elements(), matrix, a.parameters(), direction, a.average(), a.bf16Weights()),
                "gatun_muon_update", a.elements());
    }

    static void scaleAddIdentity(long rows, double scale, double shift, MemorySegment source, MemorySegment target) {
        Kernels.check(gatun_h.gatun_scale_add_identity(rows, scale, shift, source, target),
                "gatun_scale_add_identity", rows * rows);
    }

    static void adafactorMatrix(
            StepArguments a, MemorySegment matrix, MemorySegment rowVariance, MemorySegment columnVariance) {
        Kernels.check(gatun_h.gatun_adafactor_matrix_step(a.step(), a.groups(), a.groupCount(), a.ranges(),
                a.rangeCount(), a.coefficients(), a.elements(), matrix, a.parameters(), a.gradients(), rowVariance,
                columnVariance,
                a.average(), a.bf16Weights()),
                "gatun_adafactor_matrix_step", a.elements());
    }

    static void adafactorVector(StepArguments a, int range, MemorySegment variance) {
        Kernels.check(gatun_h.gatun_adafactor_vector_step(a.step(), a.groups(), a.groupCount(), a.ranges(),
                a.rangeCount(), a.coefficients(), a.elements(), range, a.parameters(), a.gradients(), variance,
                a.average(),
                a.bf16Weights()),
                "gatun_adafactor_vector_step", a.elements());
    }
}
