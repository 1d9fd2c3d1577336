package dev.gatun.engine;

/** Is told of each kernel of a {@link Program} that has run. */
@FunctionalInterface
public interface KernelObserver {
    /**
     * Called after each kernel, when the device has finished it.
     *
     * @param kernel     the kernel, the same object in each step
     * @param beginNanos {@link System#nanoTime} before it
     * @param endNanos   {@link System#nanoTime} after it
     */
    void onKernel(KernelReport kernel, long beginNanos, long endNanos);
}
