package dev.gatun.nn;

import dev.gatun.op.function.Sampling;

/** How an image is resized. */
public enum Interpolation {
    /** The nearest pixel towards the beginning, as PyTorch's {@code nearest}. */
    NEAREST,
    /** Between the four nearest pixels; pixels are areas ({@code align_corners=False}). */
    BILINEAR,
    /** The same; the corner pixels' centres coincide ({@code align_corners=True}). */
    BILINEAR_ALIGNED;

    Sampling to(long extent) {
        return switch (this) {
            case NEAREST -> new Sampling.Nearest(extent);
            case BILINEAR -> new Sampling.Linear(extent, Sampling.Corners.EDGES);
            case BILINEAR_ALIGNED -> new Sampling.Linear(extent, Sampling.Corners.ALIGNED);
        };
    }
}
