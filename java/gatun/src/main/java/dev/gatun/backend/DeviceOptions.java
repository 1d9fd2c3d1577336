package dev.gatun.backend;

import dev.gatun.memory.MemoryBudget;
import dev.gatun.options.WithMethods;

/**
 * How to open a device.
 *
 * @param threads   processor threads to compute with
 * @param memory    what all memory of the device counts against
 * @param emulation whether it may compute in a type that it has no arithmetic for
 */
@WithMethods
public record DeviceOptions(int threads, MemoryBudget memory, Emulation emulation)
        implements DeviceOptionsBuilder.With {
    /** What to do with a type that the hardware does not compute in. */
    public enum Emulation {
        /** Refuse it, with the reason: the user would pay for casts and gain nothing. */
        REFUSED,
        /** Compute in f32 between casts: the same numbers, slower than f32. */
        ALLOWED
    }

    public DeviceOptions {
        if (threads < 1 || threads > 4096) {
            throw new IllegalArgumentException("threads must lie between 1 and 4096, got " + threads);
        }
    }

    /** One thread per processor this JVM may use, no limit on memory, no emulation. */
    public static DeviceOptions defaults() {
        return new DeviceOptions(Runtime.getRuntime().availableProcessors(), MemoryBudget.unlimited(),
                Emulation.REFUSED);
    }
}
