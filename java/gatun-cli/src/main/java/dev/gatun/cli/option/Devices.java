package dev.gatun.cli.option;

import dev.gatun.backend.Availability;
import dev.gatun.backend.BackendException;
import dev.gatun.backend.BackendProvider;
import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.cli.terminal.ProcessMemory;
import dev.gatun.memory.MemoryBudget;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The devices of the command line, including those that it can only explain. */
public final class Devices {
    /** The name of the default device. */
    public static final String CPU = "cpu";
    static final String CUDA = "cuda";
    private static final String REFERENCE = "reference";
    /** The description of the option that names one. */
    public static final String DESCRIPTION = "Where to compute: cpu (default), or reference: slow, in plain Java and"
            + " double precision. NVIDIA GPUs cannot be used yet.";
    /** The most threads to compute with. */
    public static final int MOST_THREADS = 4096;

    private Devices() {}

    /**
     * Opens a device.
     *
     * @param memory budget in bytes, 0 for what the control group of the process allows
     */
    public static Device open(String name, int threads, long memory) {
        return open(name, threads, memory, DeviceOptions.Emulation.REFUSED);
    }

    /** Opens a device with emulation allowed or refused. */
    public static Device open(String name, int threads, long memory, DeviceOptions.Emulation emulation) {
        checkNativeAccess();
        if (name.equals(CUDA) && provider(CUDA).isEmpty()) {
            throw new BackendException("device cuda is not available: " + Cuda.find().reason()
                    + ": use --device cpu: CPU training works");
        }
        return Backends.open(name, new DeviceOptions(threads, budget(memory, ProcessMemory.limit()), emulation));
    }

    /** Beyond a control group's limit the process is killed without a word: the heap and this must fit in. */
    static MemoryBudget budget(long memory, OptionalLong limit) {
        if (memory > 0) {
            return MemoryBudget.ofBytes(memory);
        }
        return limit.isEmpty() ? MemoryBudget.unlimited()
                : MemoryBudget.ofBytes(Math.max(1, limit.getAsLong() - Runtime.getRuntime().totalMemory()));
    }

    /** Refuses an unknown name. */
    public static void checkName(String name) {
        if (!List.of(CPU, CUDA).contains(name) && provider(name).isEmpty()) {
            throw CliException.usage("--device: " + Choices.unknown(name, List.of(CPU, REFERENCE)));
        }
    }

    /** Returns the backend of a name, if there is one. */
    public static Optional<BackendProvider> provider(String name) {
        return Backends.all().stream().filter(provider -> provider.name().equals(name)).findFirst();
    }

    /** Returns a description: {@code cpu: 2 threads, oneDNN 3.11.0, Intel AVX-512}. */
    public static String describe(Device device) {
        StringBuilder text = new StringBuilder(device.name() + ": " + device.threads()
                + (device.threads() == 1 ? " thread" : " threads"));
        provider(device.name()).map(BackendProvider::availability).ifPresent(availability -> {
            if (availability instanceof Availability.Available(List<Availability.Fact> facts) && !facts.isEmpty()) {
                Availability.Fact library = facts.getFirst();
                text.append(", ").append(library.subject()).append(' ').append(library.text().split(", /", 2)[0]);
            }
        });
        return text.toString();
    }

    /** Returns whether the JVM was started with native access. */
    public static boolean hasNativeAccess() {
        return Devices.class.getModule().isNativeAccessEnabled();
    }

    private static void checkNativeAccess() {
        if (!hasNativeAccess()) {
            throw new BackendException("this JVM may not call native libraries: " + NATIVE_ACCESS_REMEDY);
        }
    }

    /** The remedy where the JVM was started without native access. */
    public static final String NATIVE_ACCESS_REMEDY =
            "start it with java/bin/gatun, or give java the option --enable-native-access=ALL-UNNAMED";
}
