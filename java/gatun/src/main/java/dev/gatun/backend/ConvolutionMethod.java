package dev.gatun.backend;

/**
 * The algorithm of 3x3 convolutions with stride 1 in f32, forward and backward. Convolutions that the method does not
 * support, or for which the device has no such kernels, are computed directly.
 *
 * <p>Winograd's minimal filtering F(m x m, 3 x 3) makes tiles of m by m results with fewer products and rounds
 * differently: compared with direct sums, the largest errors of F(2x2) are about equal, those of F(4x4) two to three
 * times as much forward and in the gradient of the input, and less in the gradient of the weights.
 */
public enum ConvolutionMethod {
    /** The fastest where kernels are timed, otherwise {@link #DIRECT}. */
    AUTO,
    /** Direct sums of products. */
    DIRECT,
    /** Winograd's F(2x2, 3x3). */
    F2,
    /** Winograd's F(4x4, 3x3). */
    F4;

    /** Whether it is one of Winograd's. */
    public boolean isWinograd() {
        return this == F2 || this == F4;
    }
}
