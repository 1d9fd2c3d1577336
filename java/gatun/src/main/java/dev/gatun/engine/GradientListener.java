package dev.gatun.engine;

/**
 * Hears during a backward pass of gradients that are final, the place where their reduction over several devices
 * begins.
 */
@FunctionalInterface
public interface GradientListener {
    /**
     * Nothing in this pass writes again to a range of the {@link Variables#gradients() slab of gradients}. On a device
     * that runs late this holds in the order of its stream: for all that is submitted from now on.
     *
     * @param firstByte where one parameter's gradient begins in the slab
     * @param bytes     its size
     */
    void onFinal(long firstByte, long bytes);
}
