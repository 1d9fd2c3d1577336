package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Role;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Factory of optimizers over memory of the caller: any off-heap segments, from any arena or C library. Elements are
 * f32, unless the options store weights in bf16 or states in 8 bits.
 *
 * <p>Gradients, average and bf16 copy have as many elements as the parameters, each belonging to the parameter of the
 * same index. The states of a rule belong to its span: all parameters where every group follows one rule, otherwise
 * those from the first to the last that its ranges govern. A state has one element for each element of the span, at the
 * same index, except Adafactor's states of rows and columns, whose length {@link dev.gatun.update.kernel.StateSpace}
 * defines.
 *
 * <p>States are named as {@link Hyperparameters#stateNames} says, preceded by the rule's name if there are several
 * rules: {@code muon.momentum_buffer}. A state in 8 bits takes one byte for each element, and a second segment,
 * {@code exp_avg.scales} or {@code adam.exp_avg.scales}, of one f32 for each
 * {@link dev.gatun.update.StateStorage#BLOCK} elements of the span, rounded up. {@link Optimizer#AVERAGE} and
 * {@link Optimizer#COPY} are among the states if the options ask for them, always without a rule's name.
 *
 * <p>Segments are aligned to their elements, do not overlap, whichever rule they belong to, and stay open until the
 * optimizer is closed, which does not close them. Anything else is refused here, or by the step that finds an arena
 * closed, with the reason, before any memory changes. An arena that another thread closes while native code works on it
 * stays open: its {@code close} throws. A close between two native calls of one step, as a step of several rules, of
 * Muon or of Adafactor makes them, ends the step there.
 *
 * <p>An optimizer belongs to the thread that created it, as its device does; a step on another throws
 * {@link IllegalStateException}. So does a step during a step of another optimizer, on another thread, over the same
 * memory.
 */
public final class Optimizers {
    private Optimizers() {}

    /**
     * Creates an optimizer with one rule for all parameters and states that it allocates, counts against the device's
     * budget and frees.
     */
    public static Optimizer on(
            Device device, Hyperparameters rule, MemorySegment parameters, MemorySegment gradients) {
        return on(device, rule, parameters, gradients, Map.of());
    }

    /**
     * Creates an optimizer with one rule for all parameters and the caller's states; no memory is allocated for any.
     *
     * @param states all of {@link Hyperparameters#stateNames} by name, or none to have them allocated. Their content is
     *               used, so a first step needs zeros; {@link Optimizer#setSteps} sets the number of steps taken
     */
    public static Optimizer on(
            Device device, Hyperparameters rule, MemorySegment parameters, MemorySegment gradients,
            Map<String, MemorySegment> states) {
        List<ElementRange> all = List.of(new ElementRange(0, parameters.byteSize() / Float.BYTES, 0));
        return on(device, List.of(rule), all, parameters, gradients, states, OptimizerOptions.NONE);
    }

    /**
     * Creates an optimizer with groups of parameters.
     *
     * @param groups  hyper-parameters of each group
     * @param ranges  elements that each group governs; elements in no range are not updated. For a rule of whole
     *                tensors, such as LAMB and LARS, each range is one tensor
     * @param states  all states by the names above, or none to have them allocated
     * @param options clipping, averaging, storage and loss scaling
     */
    public static Optimizer on(
            Device device, List<? extends Hyperparameters> groups, List<ElementRange> ranges, MemorySegment parameters,
            MemorySegment gradients, Map<String, MemorySegment> states, OptimizerOptions options) {
        Map<String, Buffer> given = new LinkedHashMap<>();
        states.forEach((name, memory) -> given.put(name, device.borrow(Role.OPTIMIZER_STATE, name, memory)));
        return new Optimizer(device, device.borrow(Role.PARAMETERS, "parameters", parameters),
                device.borrow(Role.GRADIENTS, "gradients", gradients), groups, ranges, options, given);
    }
}
