package dev.gatun.backend;

import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Binding} of a device that computes in host memory, as checked segments for native code.
 *
 * @param scratch   empty where the kernel has none
 * @param random    see {@link Binding}; {@link MemorySegment#NULL} where there is none
 * @param lossScale see {@link Binding}; {@link MemorySegment#NULL} where there is none
 */
public record HostBinding(
        List<MemorySegment> inputs, List<MemorySegment> outputs, MemorySegment scratch, MemorySegment random,
        MemorySegment lossScale) {

    /**
     * Checks a binding and returns its segments.
     *
     * @throws IllegalArgumentException when a buffer is missing, too short or in the memory of another device
     * @throws IllegalStateException    when a buffer is closed
     */
    public static HostBinding of(Binding binding, KernelPlan plan) {
        String name = plan.implementation();
        List<Stored> inputs = plan.inputs();
        List<Stored> outputs = plan.outputs();
        if (binding.inputs().size() != inputs.size() || binding.outputs().size() != outputs.size()) {
            throw new IllegalArgumentException(name + ": " + binding.inputs().size() + " inputs and "
                    + binding.outputs().size() + " outputs bound, " + inputs.size() + " and " + outputs.size()
                    + " wanted");
        }
        for (int i = 0; i < inputs.size(); i++) {
            check(name + ": input " + i, Access.READ, binding.inputs().get(i), inputs.get(i).bytes());
        }
        for (int i = 0; i < outputs.size(); i++) {
            check(name + ": output " + i, Access.WRITTEN, binding.outputs().get(i), outputs.get(i).bytes());
        }
        if (plan.scratchBytes() > 0) {
            check(name + ": scratch", Access.WRITTEN, binding.scratch(), plan.scratchBytes());
        }
        return new HostBinding(binding.inputs().stream().map(HostBinding::segment).toList(),
                binding.outputs().stream().map(HostBinding::segment).toList(), segment(binding.scratch()),
                segment(binding.random()), segment(binding.lossScale()));
    }

    private enum Access { READ, WRITTEN }

    private static void check(String what, Access access, @Nullable Buffer buffer, long bytes) {
        if (buffer == null || buffer.bytes() < bytes) {
            throw new IllegalArgumentException(
                    what + " needs " + bytes + " bytes, got " + (buffer == null ? "none" : buffer.bytes()));
        }
        if (access == Access.WRITTEN && buffer.isReadOnly()) {
            throw new IllegalArgumentException(what + " is written, but " + buffer + " is read-only");
        }
        HostBuffer host = HostBuffer.of(buffer);
        host.checkOpen();
        if (!host.isAccessibleBy(Thread.currentThread())) {
            throw new IllegalArgumentException(what + ": " + buffer + " is confined to another thread than \""
                    + Thread.currentThread().getName() + "\": use Arena.ofShared()");
        }
    }

    /**
     * Returns the random state.
     *
     * @throws IllegalArgumentException when none was bound, or it is too short
     */
    public MemorySegment randomState() {
        return wanted("random state", random, 2 * Long.BYTES);
    }

    /**
     * Returns the initial gradient of the loss.
     *
     * @throws IllegalArgumentException when none was bound, or it is too short
     */
    public MemorySegment lossScaleCell() {
        return wanted("loss scale", lossScale, Float.BYTES);
    }

    private static MemorySegment wanted(String what, MemorySegment memory, long bytes) {
        if (memory.byteSize() < bytes) {
            throw new IllegalArgumentException("the kernel reads a " + what + " of " + bytes + " bytes, got "
                    + (memory.equals(MemorySegment.NULL) ? "none" : memory.byteSize()) + ": bind one");
        }
        return memory;
    }

    private static MemorySegment segment(@Nullable Buffer buffer) {
        return buffer == null ? MemorySegment.NULL : HostBuffer.of(buffer).segment();
    }
}
