package dev.gatun.memory;

import java.util.Locale;

/** The purpose of a buffer. */
public enum Role {
    /** Weights, biases, scales and shifts. */
    PARAMETERS,
    /** Gradients: one element for each parameter element. */
    GRADIENTS,
    /** Optimizer states, such as momentum; one buffer for each. */
    OPTIMIZER_STATE,
    /** Values that training updates without gradients: running statistics. */
    BUFFERS,
    /** Activations and their gradients, which share memory by lifetime. */
    ACTIVATIONS,
    /** Scratch memory of single kernels, and parameters reordered for a kernel. */
    WORKSPACE,
    /** Batches being transferred to the device. */
    STAGING;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
