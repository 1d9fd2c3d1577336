package dev.gatun.onednn.update;

import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.update.StateKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Checked calls of the optimizers in {@code gatun.h}. */
public final class OptimizerKernels {
    private OptimizerKernels() {}

    /**
     * Writes the norm of the scaled gradients and the index of the first that is not finite, or -1; returns the norm.
     */
    static double gradientNorm(StepArguments a, double scale, MemorySegment norm, MemorySegment firstNonFinite) {
        Kernels.check(gatun_h.gatun_gradient_norm(
                a.ranges(), a.rangeCount(), a.elements(), a.gradients(), scale, norm, firstNonFinite),
                "gatun_gradient_norm", a.elements());
        return norm.get(ValueLayout.JAVA_DOUBLE, 0);
    }

    /** The same for each range: writes the norms of the scaled values. */
    static void norms(
            StepArguments a, MemorySegment values, double scale, MemorySegment norms, MemorySegment firstNonFinite) {
        Kernels.check(gatun_h.gatun_gradient_norms(
                a.ranges(), a.rangeCount(), a.elements(), values, scale, norms, firstNonFinite),
                "gatun_gradient_norms", a.elements());
    }

    static void decode(long elements, StateKind kind, EightBits state, MemorySegment values) {
        Kernels.check(gatun_h.gatun_decode_states(elements, kind(kind), state.codes(), state.scales(), values),
                "gatun_decode_states", elements);
    }

    static void encode(long elements, StateKind kind, MemorySegment values, EightBits state) {
        Kernels.check(gatun_h.gatun_encode_states(elements, kind(kind), values, state.codes(), state.scales()),
                "gatun_encode_states", elements);
    }

    private static int kind(StateKind kind) {
        return switch (kind) {
            case SIGNED -> gatun_h.GATUN_STATE_SIGNED();
            case NON_NEGATIVE -> gatun_h.GATUN_STATE_NON_NEGATIVE();
        };
    }

    /** The same over one range. */
    static double gradientNorm(
            MemorySegment range, long elements, MemorySegment gradients, double scale, MemorySegment norm,
            MemorySegment firstNonFinite) {
        Kernels.check(gatun_h.gatun_gradient_norm(range, 1, elements, gradients, scale, norm, firstNonFinite),
                "gatun_gradient_norm", elements);
        return norm.get(ValueLayout.JAVA_DOUBLE, 0);
    }

    /** The same of each weight times its gradient. */
    static double weightedGradientNorm(
            MemorySegment range, long elements, MemorySegment weights, MemorySegment gradients, double scale,
            MemorySegment norm, MemorySegment firstNonFinite) {
        Kernels.check(gatun_h.gatun_weighted_gradient_norm(range, 1, elements, weights, gradients, scale, norm,
                firstNonFinite),
                "gatun_weighted_gradient_norm", elements);
        return norm.get(ValueLayout.JAVA_DOUBLE, 0);
    }

    static void perturb(
            MemorySegment range, long elements, double coefficient, int adaptive, MemorySegment parameters,
            MemorySegment gradients, MemorySegment saved) {
        Kernels.check(gatun_h.gatun_perturb(range, 1, elements, coefficient, adaptive, parameters, gradients, saved),
                "gatun_perturb", elements);
    }

    public static void lookahead(long elements, double rate, MemorySegment fast, MemorySegment slow) {
        Kernels.check(gatun_h.gatun_lookahead(elements, rate, fast, slow), "gatun_lookahead", elements);
    }

    /** A step on states in f32; those that no group needs may be NULL. */
    static void update(
            String rule, StepArguments a, MemorySegment state0, MemorySegment state1, MemorySegment state2) {
        int status = gatun_h.gatun_update(
                a.rule(), a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.coefficients(),
                a.elements(),
                a.parameters(), a.gradients(), state0, state1, state2, a.average(), a.bf16Weights());
        check(status, "gatun_update", rule, a);
    }

    /** A step on states in 8 bits. */
    static void update(String rule, StepArguments a, EightBits state0, EightBits state1) {
        int status = gatun_h.gatun_update_8bit(
                a.rule(), a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.coefficients(),
                a.elements(),
                a.parameters(), a.gradients(), state0.codes(), state0.scales(), state1.codes(), state1.scales(),
                a.average(),
                a.bf16Weights());
        check(status, "gatun_update_8bit", rule, a);
    }

    private static void check(int status, String function, String rule, StepArguments a) {
        if (status != gatun_h.GATUN_SUCCESS()) { // or the name would be made in every step
            Kernels.check(status, function + " of " + rule, a.elements());
        }
    }
}
