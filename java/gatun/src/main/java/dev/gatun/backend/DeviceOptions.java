package dev.gatun.backend;

import dev.gatun.memory.MemoryBudget;

/**
 * How to open a device.
 *
 * @param threads processor threads to compute with
 * @param memory  what all memory of the device counts against
 */
public record DeviceOptions(int threads, MemoryBudget memory) {
    public DeviceOptions {
        if (threads < 1 || threads > 4096) {
            throw new IllegalArgumentException("threads must lie between 1 and 4096, got " + threads);
        }
    }

    /** One thread per processor this JVM may use, and no limit on memory. */
    public static DeviceOptions defaults() {
        return new DeviceOptions(Runtime.getRuntime().availableProcessors(), MemoryBudget.unlimited());
    }

    /** The same with another number of threads. */
    public DeviceOptions withThreads(int newThreads) {
        return new DeviceOptions(newThreads, memory);
    }

    /** The same with another budget. */
    public DeviceOptions withMemory(MemoryBudget newMemory) {
        return new DeviceOptions(threads, newMemory);
    }
}
