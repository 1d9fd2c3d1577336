package dev.gatun.backend;

/** The entry to one backend. Implementations are listed for {@link java.util.ServiceLoader} and load nothing early. */
public interface BackendProvider {
    /** The name a user asks for: {@code cpu}. */
    String name();

    /** Whether a device could be opened here, and if not, why and what would help. Never throws. */
    Availability availability();

    /**
     * Opens the device. It belongs to the calling thread: all work on it, closing included, happens there.
     *
     * @throws BackendException when the backend is not available, with the reason and the remedy
     */
    Device open(DeviceOptions options);
}
