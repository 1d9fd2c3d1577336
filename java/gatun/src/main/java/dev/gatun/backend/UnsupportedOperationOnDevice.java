package dev.gatun.backend;

/** Thrown when a model is compiled for a device that lacks something it needs. */
public final class UnsupportedOperationOnDevice extends BackendException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception for an operation of a graph's node, with the reason that the device gives. */
    public UnsupportedOperationOnDevice(String device, String node, String operation, String reason) {
        super("device " + device + " cannot run " + node + " (" + operation + "): " + reason);
    }
}
