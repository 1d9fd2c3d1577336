package dev.gatun.backend;

/**
 * Thrown when a native function reports a failure. Bad arguments are caught before the call, so this means a native
 * fault.
 */
public final class NativeCallException extends BackendException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception for a failed call.
     *
     * @param library  the library, with its version where known
     * @param function the C function
     * @param status   name of the status in the library
     * @param code     numeric value of the status
     * @param detail   arguments of the call: shapes, sizes; the library's own message
     */
    public NativeCallException(String library, String function, String status, int code, String detail) {
        super(library + ": " + function + " failed with " + status + " (" + code + ")"
                + (detail.isEmpty() ? "" : ": " + detail));
    }
}
