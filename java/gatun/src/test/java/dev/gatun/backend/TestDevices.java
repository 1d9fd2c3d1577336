package dev.gatun.backend;

import java.util.stream.Stream;

/**
 * The devices that every device's contract is tested on: {@code cpu}, the {@code reference} and {@code far}, and those
 * that the system property {@code gatun.test.devices} names besides, with commas between them.
 */
public final class TestDevices {
    private static final String MORE = System.getProperty("gatun.test.devices", "");

    private TestDevices() {}

    /** Their names. */
    public static Stream<String> names() {
        return Stream.concat(Stream.of("cpu", "reference", "far"),
                Stream.of(MORE.split(",")).map(String::strip).filter(name -> !name.isEmpty()));
    }

    /** Opens one, with one thread where it has a choice. */
    public static Device open(String name) {
        return Backends.open(name, DeviceOptions.defaults().withThreads(1));
    }
}
