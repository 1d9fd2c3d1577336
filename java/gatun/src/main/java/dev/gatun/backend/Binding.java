package dev.gatun.backend;

import dev.gatun.memory.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that a kernel is bound to, all on the kernel's device.
 *
 * @param inputs    buffers at least as large as the plan's inputs
 * @param outputs   buffers at least as large as the plan's outputs
 * @param scratch   buffer of at least {@link KernelPlan#scratchBytes}, shared with other kernels; null where that is 0
 * @param random    random state of the run: seed and step, 8 bytes each; null for kernels without randomness
 * @param lossScale initial gradient of the loss: (1) f32; null for kernels that are not the gradient of a loss
 */
public record Binding(
        List<Buffer> inputs, List<Buffer> outputs, @Nullable Buffer scratch, @Nullable Buffer random,
        @Nullable Buffer lossScale) {

    public Binding {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Creates the binding of a kernel that needs no scratch memory, no random state and no loss scale. */
    public Binding(List<? extends Buffer> inputs, List<? extends Buffer> outputs) {
        this(List.copyOf(inputs), List.copyOf(outputs), null, null, null);
    }
}
