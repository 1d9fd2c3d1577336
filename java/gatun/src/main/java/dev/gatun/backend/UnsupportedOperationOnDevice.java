package dev.gatun.backend;

/** A model needs something that the device lacks. Thrown when the model is compiled, never later. */
public final class UnsupportedOperationOnDevice extends BackendException {
    private static final long serialVersionUID = 1L;

    public UnsupportedOperationOnDevice(String device, String node, String operation, String reason) {
        super("device " + device + " cannot run " + node + " (" + operation + "): " + reason);
    }
}
