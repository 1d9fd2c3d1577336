package dev.gatun.engine;

/**
 * A listener that is notified, during a backward pass, of gradients that are final, so that their reduction over
 * several devices can start.
 */
@FunctionalInterface
public interface GradientListener {
    /**
     * Called when nothing else in this pass writes to a range of the {@link Variables#gradients() slab of gradients}.
     * On a device with an asynchronous stream this holds for work submitted from now on.
     *
     * @param firstByte offset of a parameter's gradient in the slab, in bytes
     * @param bytes     size of the gradient
     */
    void onFinal(long firstByte, long bytes);
}
