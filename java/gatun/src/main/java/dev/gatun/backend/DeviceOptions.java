package dev.gatun.backend;

import dev.gatun.memory.MemoryBudget;
import dev.gatun.options.WithMethods;

/**
 * Options of opening a device.
 *
 * @param threads   number of processor threads to compute with
 * @param memory    budget that all memory of the device counts against
 * @param emulation whether the device may compute in a type that the hardware has no arithmetic for
 */
@WithMethods
public record DeviceOptions(int threads, MemoryBudget memory, Emulation emulation)
        implements DeviceOptionsBuilder.With {
    /** Treatment of element types that the hardware has no arithmetic for. */
    public enum Emulation {
        /** The type is refused, with the reason. */
        REFUSED,
        /** Kernels compute in f32 between casts: the same results, slower than f32. */
        ALLOWED
    }

    public DeviceOptions {
        if (threads < 1 || threads > 4096) {
            throw new IllegalArgumentException("threads must lie between 1 and 4096, got " + threads);
        }
    }

    /** Returns the defaults: one thread per processor available to the JVM, no memory limit, no emulation. */
    public static DeviceOptions defaults() {
        return new DeviceOptions(Runtime.getRuntime().availableProcessors(), MemoryBudget.unlimited(),
                Emulation.REFUSED);
    }
}
