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
 * Optimizers over memory of the caller's own: any off-heap segments, from any arena or C library, with nothing else of
 * Gatun. Elements are f32, unless the options store weights in bf16 or states in 8 bits.
 *
 * <p>Gradients, average and bf16 copy have as many elements as the parameters, each belonging to the parameter of the
 * same index. The states of a rule belong to its span: all parameters where every group follows one rule, otherwise
 * those from the first to the last that its ranges govern. A state has one element for each of the span, in the same
 * order, but for Adafactor's states of rows and columns, which are as long as
 * {@link dev.gatun.update.kernel.StateSpace} says.
 *
 * <p>States are named as {@link Hyperparameters#stateNames} says, with the rule's name before it where there are
 * several rules: {@code muon.momentum_buffer}. A state in 8 bits takes one byte for each element, and a second segment,
 * {@code exp_avg.scales} or {@code adam.exp_avg.scales}, of one f32 for each
 * {@link dev.gatun.update.StateStorage#BLOCK} elements of the span, begun ones counted. {@link Optimizer#AVERAGE} and
 * {@link Optimizer#COPY} are among the states where the options ask for them, always without a rule's name.
 *
 * <p>Segments begin at a multiple of an element's bytes, do not overlap, whichever rule they belong to, and stay open
 * until the optimizer is closed, which does not close them. Anything else is refused here, or by the step that finds an
 * arena closed, with the reason, before anything moves. An arena that another thread closes while native code works on
 * it stays open: its {@code close} throws. A close that falls between two native calls of one step, as a step of
 * several rules, of Muon or of Adafactor makes them, ends the step there.
 *
 * <p>An optimizer belongs to the thread that made it, as its device does; a step on another throws
 * {@link IllegalStateException}. So does a step that finds another optimizer, on another thread, in the middle of a
 * step over the same memory.
 */
public final class Optimizers {
    private Optimizers() {}

    /**
     * One rule for all parameters, on states that the optimizer allocates, counts against the device's budget and
     * frees.
     */
    public static Optimizer on(
            Device device, Hyperparameters rule, MemorySegment parameters, MemorySegment gradients) {
        return on(device, rule, parameters, gradients, Map.of());
    }

    /**
     * One rule for all parameters, on the caller's states; no memory is allocated for any.
     *
     * @param states by the names of {@link Hyperparameters#stateNames}: all of them, or none to have them allocated.
     *               What is in them counts, so a first step wants zeros; {@link Optimizer#setSteps} says that it is not
     *               the first
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
     * @param ranges  which elements each group governs; the others stay as they are. A rule that looks at whole
     *                tensors, as LAMB and LARS do, takes each range for one
     * @param states  by the names above, all of them, or none to have them allocated
     * @param options what it does around its rule
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
