package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.update.StateKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Checked calls of the optimizers in {@code gatun.h}. */
final class OptimizerKernels {
    private OptimizerKernels() {}

    /** Writes the norm of the scaled gradients and the index of the first that is not finite, or -1; returns the norm. */
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

    static void adam(StepArguments a, EightBits first, EightBits second) {
        Kernels.check(gatun_h.gatun_adam_step_8bit(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), first.codes(), first.scales(), second.codes(), second.scales()),
                "gatun_adam_step_8bit", a.elements());
    }

    static void lion(StepArguments a, EightBits first) {
        Kernels.check(gatun_h.gatun_lion_step_8bit(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), first.codes(), first.scales()), "gatun_lion_step_8bit", a.elements());
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
        Kernels.check(gatun_h.gatun_weighted_gradient_norm(range, 1, elements, weights, gradients, scale, norm, firstNonFinite),
                "gatun_weighted_gradient_norm", elements);
        return norm.get(ValueLayout.JAVA_DOUBLE, 0);
    }

    static void perturb(
            MemorySegment range, long elements, double coefficient, int adaptive, MemorySegment parameters,
            MemorySegment gradients, MemorySegment saved) {
        Kernels.check(gatun_h.gatun_perturb(range, 1, elements, coefficient, adaptive, parameters, gradients, saved),
                "gatun_perturb", elements);
    }

    static void lookahead(long elements, double rate, MemorySegment fast, MemorySegment slow) {
        Kernels.check(gatun_h.gatun_lookahead(elements, rate, fast, slow), "gatun_lookahead", elements);
    }

    static void adabelief(StepArguments a, MemorySegment first, MemorySegment variance) {
        Kernels.check(gatun_h.gatun_adabelief_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), first, variance), "gatun_adabelief_step", a.elements());
    }

    static void adadelta(StepArguments a, MemorySegment squareAverage, MemorySegment accumulatedDelta) {
        Kernels.check(gatun_h.gatun_adadelta_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), squareAverage, accumulatedDelta), "gatun_adadelta_step", a.elements());
    }

    static void adagrad(StepArguments a, MemorySegment sum) {
        Kernels.check(gatun_h.gatun_adagrad_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), sum), "gatun_adagrad_step", a.elements());
    }

    static void adam(StepArguments a, MemorySegment first, MemorySegment second) {
        Kernels.check(gatun_h.gatun_adam_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), first, second), "gatun_adam_step", a.elements());
    }

    static void adamax(StepArguments a, MemorySegment first, MemorySegment infinityNorm) {
        Kernels.check(gatun_h.gatun_adamax_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), first, infinityNorm), "gatun_adamax_step", a.elements());
    }

    static void amsgrad(StepArguments a, MemorySegment first, MemorySegment second, MemorySegment largest) {
        Kernels.check(gatun_h.gatun_amsgrad_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), first, second, largest), "gatun_amsgrad_step", a.elements());
    }

    static void lamb(StepArguments a, MemorySegment first, MemorySegment second) {
        Kernels.check(gatun_h.gatun_lamb_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), first, second), "gatun_lamb_step", a.elements());
    }

    static void lars(StepArguments a, MemorySegment momentum) {
        Kernels.check(gatun_h.gatun_lars_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), momentum), "gatun_lars_step", a.elements());
    }

    static void lion(StepArguments a, MemorySegment first) {
        Kernels.check(gatun_h.gatun_lion_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), first), "gatun_lion_step", a.elements());
    }

    static void nadam(StepArguments a, MemorySegment first, MemorySegment second) {
        Kernels.check(gatun_h.gatun_nadam_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), first, second), "gatun_nadam_step", a.elements());
    }

    static void radam(StepArguments a, MemorySegment first, MemorySegment second) {
        Kernels.check(gatun_h.gatun_radam_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), first, second), "gatun_radam_step", a.elements());
    }

    static void rmsprop(
            StepArguments a, MemorySegment squareAverage, MemorySegment gradientAverage, MemorySegment momentum) {
        Kernels.check(gatun_h.gatun_rmsprop_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), squareAverage, gradientAverage, momentum), "gatun_rmsprop_step", a.elements());
    }

    static void rprop(StepArguments a, MemorySegment previous, MemorySegment size) {
        Kernels.check(gatun_h.gatun_rprop_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), previous, size), "gatun_rprop_step", a.elements());
    }

    static void sgd(StepArguments a, MemorySegment momentum) {
        Kernels.check(gatun_h.gatun_sgd_step(
                a.step(), a.groups(), a.groupCount(), a.ranges(), a.rangeCount(), a.elements(), a.parameters(),
                a.gradients(), momentum), "gatun_sgd_step", a.elements());
    }
}
