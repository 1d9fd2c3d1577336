package dev.gatun.bench;

import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.backend.NativeCallException;

/** The status check that the engine makes after each call of a kernel; the engine's own is not public. */
final class Check {
    private Check() {}

    static void status(int status, String function, long elements) {
        if (status != gatun_h.GATUN_SUCCESS()) {
            throw new NativeCallException("Gatun kernels", function, gatun_h.gatun_status_name(status).getString(0),
                    status, elements + " elements");
        }
    }

    /** Stops a benchmark whose result is wrong: its time would mean nothing. */
    static void that(boolean holds, String claim) {
        if (!holds) {
            throw new IllegalStateException("not true before timing: " + claim);
        }
    }
}
