package dev.gatun.backend;

import java.util.List;
import java.util.stream.Stream;

/**
 * The one place that says on which devices a device's contract is tested: {@code cpu}, the {@code reference} and
 * {@code far}, and those that the system property {@code gatun.test.devices} names besides, with commas between them.
 *
 * <p>Tests run on all of them ({@code OnEachDevice}, {@link #names}), against the {@link #ORACLE}; what is measured of
 * one device says which by a constant of this class. A device's own tests open it by its name.
 */
public final class TestDevices {
    /** The device whose numbers the others are held to. */
    public static final String ORACLE = "reference";

    /** The device whose steps allocate nothing: the far one queues its work on the heap, the reference's may. */
    public static final String COUNTED = "cpu";

    /** The device of more cases than others have the time for. */
    public static final String CPU = "cpu";

    private static final List<String> NAMES = Stream.concat(Stream.of(CPU, ORACLE, "far"),
            Stream.of(System.getProperty("gatun.test.devices", "").split(",")).map(String::strip)
                    .filter(name -> !name.isEmpty())).distinct().toList();

    private TestDevices() {}

    /** Their names. */
    public static Stream<String> names() {
        return NAMES.stream();
    }

    /** The same as a list. */
    public static List<String> all() {
        return NAMES;
    }

    /** Their names but for the oracle's. */
    public static List<String> besidesTheOracle() {
        return names().filter(name -> !name.equals(ORACLE)).toList();
    }

    /** Their names but for the CPU's, where it runs more cases than they. */
    public static Stream<String> besidesTheCpu() {
        return names().filter(name -> !name.equals(CPU));
    }

    /** The names of those that compute in host memory, where a user's own memory is taken. */
    public static Stream<String> inHostMemory() {
        return names().filter(name -> {
            try (Device device = open(name)) {
                return device instanceof HostDevice;
            }
        });
    }

    /** The layouts that a device has kernels for. */
    public static List<LayoutPolicy> layouts(Device device) {
        try (Lowering lowering = device.lower()) {
            return lowering.layouts();
        }
    }

    /** Opens one, with one thread where it has a choice. */
    public static Device open(String name) {
        return Backends.open(name, DeviceOptions.defaults().withThreads(1));
    }

    /** The same, computing in 16 bits as well where it can only emulate that. */
    public static Device openForAnyPrecision(String name) {
        return Backends.open(name, DeviceOptions.defaults().withThreads(1)
                .withEmulation(DeviceOptions.Emulation.ALLOWED));
    }
}
