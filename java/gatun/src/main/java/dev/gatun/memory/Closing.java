package dev.gatun.memory;

import java.util.List;

/** Closes many things as one. */
public final class Closing {
    private Closing() {}

    /**
     * Closes all resources, the last first, although some fail; then throws the first failure, the others suppressed in
     * it.
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
