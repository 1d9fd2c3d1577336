package dev.gatun.engine;

/** Is told of each kernel of a {@link Program} that runs. */
@FunctionalInterface
public interface KernelObserver {
    /** Called before each kernel, when the device has finished all before it. */
    default void beforeKernel(KernelReport kernel) {}

    /**
     * Called after each kernel, when the device has finished it.
     *
     * @param kernel     the kernel, the same object in each step
     * @param beginNanos {@link System#nanoTime} before it
     * @param endNanos   {@link System#nanoTime} after it
     */
    void onKernel(KernelReport kernel, long beginNanos, long endNanos);
}
