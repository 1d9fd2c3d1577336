package dev.gatun.backend;

/**
 * The entry point of a backend. Implementations are listed for {@link java.util.ServiceLoader} and load no native
 * library before they are asked to.
 */
public interface BackendProvider {
    /** Returns the name by which the backend is opened: {@code cpu}. */
    String name();

    /** Returns whether a device can be opened on this machine and, if not, the reason and the remedy. Never throws. */
    Availability availability();

    /**
     * Opens the device, which belongs to the calling thread: all calls, {@code close} included, are made by that
     * thread.
     *
     * @throws BackendException when the backend is not available, with the reason and the remedy
     */
    Device open(DeviceOptions options);
}
