package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/**
 * Optimizers over memory of the caller's own: any off-heap segments, from any arena or C library, with nothing else of
 * Gatun. Elements are f32, unless the options store weights in bf16 or states in 8 bits. An element of the gradients and of
 * each state belongs to the parameter of the same index, but for Adafactor's states of rows and columns.
 *
 * <p>Segments have as many elements as the parameters, begin at a multiple of an element's bytes, do not overlap, and stay
 * open until the optimizer is closed, which does not close them. Anything else is refused here, or by the step that finds an arena closed, with the
 * reason, before native code runs. An arena that another thread closes during a step stays open: its {@code close} throws.
 *
 * <p>An optimizer belongs to the thread that made it, as its device does; a step on another throws
 * {@link IllegalStateException}. So does a step that finds another optimizer, on another thread, in the middle of a step
 * over the same memory.
 */
public final class Optimizers {
    private Optimizers() {}

    /** One rule for all parameters, on states that the optimizer allocates, counts against the device's budget and frees. */
    public static Optimizer on(
            Device device, Hyperparameters rule, MemorySegment parameters, MemorySegment gradients) {
        return on(device, rule, parameters, gradients, Map.of());
    }

    /**
     * One rule for all parameters, on the caller's states; no memory is allocated for any.
     *
     * @param states by the names of {@link Hyperparameters#stateNames}: all of them, or none to have them allocated. What is
     *               in them counts, so a first step wants zeros; {@link Optimizer#setSteps} says that it is not the first
     */
    public static Optimizer on(
            Device device, Hyperparameters rule, MemorySegment parameters, MemorySegment gradients,
            Map<String, MemorySegment> states) {
        List<ElementRange> all = List.of(new ElementRange(0, parameters.byteSize() / Float.BYTES, 0));
        return on(device, List.of(rule), all, parameters, gradients, states, OptimizerOptions.NONE);
    }

    /**
     * Groups of parameters with numbers of their own.
     *
     * @param groups  hyper-parameters of each group
     * @param ranges  which elements each group governs; the others stay as they are. A rule that looks at whole tensors, as
     *                LAMB and LARS do, takes each range for one
     * @param states  as above; {@link Optimizer#AVERAGE} is one of them where the options ask for an average
     * @param options what it does around its rule
     */
    public static Optimizer on(
            Device device, List<? extends Hyperparameters> groups, List<ElementRange> ranges, MemorySegment parameters,
            MemorySegment gradients, Map<String, MemorySegment> states, OptimizerOptions options) {
        return new Optimizer(device, parameters, gradients, groups, ranges, options, states);
    }
}
