package dev.gatun.backend;

/**
 * How convolutions of 3x3 with stride 1 in f32 are computed, forward and backward. Whatever a method does not fit, and
 * whatever a device has no such kernels for, is computed directly.
 *
 * <p>Winograd's minimal filtering F(m x m, 3 x 3) makes tiles of m by m results with fewer products and rounds
 * differently: beside direct sums, the largest results of F(2x2) err about as much, those of F(4x4) two to three times
 * as much forward and in the gradient of the input, and less in the gradient of the weights.
 */
public enum ConvolutionMethod {
    /** Whatever is fastest where kernels are measured, else directly. */
    AUTO,
    /** By sums of products. */
    DIRECT,
    /** By F(2x2, 3x3). */
    F2,
    /** By F(4x4, 3x3). */
    F4
}
