package dev.gatun.backend;

/** The layout of activations between kernels that support several. */
public enum LayoutPolicy {
    /** Channels last: {@code N, H, W, C}. */
    CHANNELS_LAST,
    /** The layout that the device's convolutions prefer: channels in blocks, on a CPU. */
    BLOCKED
}
