package dev.gatun.backend;

/** Which layout activations take between kernels that leave a choice. */
public enum LayoutPolicy {
    /** {@code N, H, W, C}. */
    CHANNELS_LAST,
    /** What the device's convolutions like best: channels in blocks, on a CPU. */
    BLOCKED
}
