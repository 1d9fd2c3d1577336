package dev.gatun.cli.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of where a command computes. */
public final class ComputeOptions {
    @Option(names = "--device", paramLabel = "NAME", description = Devices.DESCRIPTION)
    @Nullable String device;

    @Option(names = "--threads", paramLabel = "N",
            description = "Processor threads to compute with (default: one per processor).")
    @Nullable Integer threads;

    /**
     * Returns the name of the device, that of the CPU by default.
     *
     * @throws CliException when there is no such device
     */
    public String device() {
        String name = device == null ? Devices.CPU : device;
        Devices.checkName(name);
        return name;
    }

    /**
     * Returns the number of threads of one of several processes on this machine, by default its share of the
     * processors.
     */
    public int threads(int processes) {
        return threads == null ? Math.max(1, Runtime.getRuntime().availableProcessors() / processes) : threads();
    }

    /**
     * Returns the number of threads, by default one per processor.
     *
     * @throws CliException when there are too few or too many
     */
    public int threads() {
        return Flags.threads(threads);
    }
}
