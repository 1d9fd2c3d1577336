package dev.gatun.backend;

/** A native function reported a failure. Bad arguments are caught before the call, so this means a native fault. */
public final class NativeCallException extends BackendException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes the failure.
     *
     * @param library  the library, with its version where known
     * @param function the C function
     * @param status   the library's own name of the status
     * @param code     the number behind it
     * @param detail   what was asked of it: shapes, sizes, the library's own message
     */
    public NativeCallException(String library, String function, String status, int code, String detail) {
        super(library + ": " + function + " failed with " + status + " (" + code + ")"
                + (detail.isEmpty() ? "" : ": " + detail));
    }
}
