package dev.gatun.memory;

import java.util.List;

/** Closes lists of resources. */
public final class Closing {
    private Closing() {}

    /**
     * Closes all resources in reverse order even if some fail, then throws the first failure with the others
     * suppressed.
     */
    public static void inReverse(List<? extends AutoCloseable> resources) {
        RuntimeException failure = null;
        for (AutoCloseable resource : resources.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                RuntimeException wrapped = e instanceof RuntimeException runtime ? runtime
                        : new IllegalStateException(e);
                if (failure == null) {
                    failure = wrapped;
                } else {
                    failure.addSuppressed(wrapped);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
