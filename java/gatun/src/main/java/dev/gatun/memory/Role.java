package dev.gatun.memory;

import java.util.Locale;

/** What a buffer is for. */
public enum Role {
    /** Weights, biases, scales and shifts. */
    PARAMETERS,
    /** One gradient element for each parameter element. */
    GRADIENTS,
    /** Momentum, moments and the like; one buffer for each. */
    OPTIMIZER_STATE,
    /** Values that training updates without gradients: running statistics. */
    BUFFERS,
    /** Activations and their gradients, sharing memory by lifetime. */
    ACTIVATIONS,
    /** Scratch of single kernels, and parameters reordered for a kernel. */
    WORKSPACE,
    /** Batches on their way from the data to the device. */
    STAGING;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
