package dev.gatun.backend;

import dev.gatun.memory.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one kernel, all of it on the kernel's device.
 *
 * @param inputs    as large as the plan's inputs
 * @param outputs   as large as the plan's outputs
 * @param scratch   as large as the plan's scratch, which may be nothing; shared with other kernels
 * @param random    where the random numbers of the run stand: seed and step, 8 bytes each; null where nothing is random
 * @param lossScale what the gradient of the loss begins with: (1) f32; null where there is no loss
 */
public record Binding(
        List<Buffer> inputs, List<Buffer> outputs, @Nullable Buffer scratch, @Nullable Buffer random,
        @Nullable Buffer lossScale) {

    public Binding {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Of an operation that needs no scratch and is neither random nor a loss. */
    public Binding(List<? extends Buffer> inputs, List<? extends Buffer> outputs) {
        this(List.copyOf(inputs), List.copyOf(outputs), null, null, null);
    }
}
