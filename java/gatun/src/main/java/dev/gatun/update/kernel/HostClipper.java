package dev.gatun.update.kernel;

import dev.gatun.update.Clipping;
import java.util.Arrays;
import java.util.List;

/**
 * Measures the gradients of a step and works out what they are multiplied by, with kernels that run at once. Allocates
 * nothing.
 */
final class HostClipper {
    private static final double NORM_EPSILON = 1e-6; // PyTorch's, in clip_grad_norm_
    private static final double LEAST_WEIGHT_NORM = 1e-3; // of Brock et al.: so that zeroed weights can begin to move

    private final Clipping clipping;
    private final Part[] parts;
    private double norm;

    /** The norms of one part's ranges. */
    private static final class Part {
        private final UpdateKernel kernel;
        private final double[] gradients;
        private final double[] weights;
        private final double[] coefficients;

        Part(UpdateKernel kernel, int ranges) {
            this.kernel = kernel;
            this.gradients = new double[ranges];
            this.weights = new double[ranges];
            this.coefficients = new double[ranges];
        }
    }

    HostClipper(Clipping clipping, UpdateKernel[] kernels) {
        this.clipping = clipping;
        this.parts = Arrays.stream(kernels).map(kernel -> new Part(kernel, kernel.ranges())).toArray(Part[]::new);
    }

    /** The lowest element of the parameters whose gradient was not finite when it was measured, or -1. */
    long firstNonFinite(List<StepRequest.Part> spans) {
        long first = -1;
        for (int i = 0; i < parts.length; i++) {
            long found = parts[i].kernel.firstNonFinite();
            long element = found < 0 ? -1 : spans.get(i).begin() + found;
            first = element >= 0 && (first < 0 || element < first) ? element : first;
        }
        return first;
    }

    /** The norm of all scaled gradients; not finite where one of them is not. */
    double measure(double gradientScale) {
        norm = 0;
        for (Part part : parts) {
            norm = Math.hypot(norm, measure(part, gradientScale));
        }
        return norm;
    }

    private double measure(Part part, double gradientScale) {
        if (!clipping.perTensor()) {
            return part.kernel.gradientNorm(gradientScale);
        }
        part.kernel.gradientNorms(gradientScale, part.gradients);
        double squares = 0;
        for (double own : part.gradients) {
            squares += own * own;
        }
        return Math.sqrt(squares);
    }

    /**
     * What all gradients are multiplied by, as measured last; those of single ranges go to the kernels.
     *
     * @param largest bound of the norm of all gradients once they are clipped; 0 for none
     */
    double clip(double largest) {
        double common = 1;
        double clipped = norm;
        switch (clipping) {
            case Clipping.None _ -> { }
            case Clipping.GlobalNorm(double bound) -> {
                common = bounded(bound, norm);
                clipped = norm * common;
            }
            case Clipping.TensorNorm _, Clipping.Adaptive _, Clipping.WeightNorm _ -> clipped = clipRanges();
        }
        return largest > 0 ? common / Math.max(1, clipped / largest) : common;
    }

    /** Clips each range by its own norms; returns the norm that is left. */
    private double clipRanges() {
        double squares = 0;
        for (Part part : parts) {
            if (clipping.readsWeights()) {
                part.kernel.weightNorms(part.weights);
            }
            for (int i = 0; i < part.coefficients.length; i++) {
                part.coefficients[i] = coefficient(part.gradients[i], part.weights[i]);
            }
            squares += bind(part);
        }
        return Math.sqrt(squares);
    }

    /** What the gradients of a range are multiplied by for its own norms, which those of weights belong to if read. */
    private double coefficient(double gradients, double weights) {
        return switch (clipping) {
            case Clipping.None _, Clipping.GlobalNorm _ -> 1;
            case Clipping.TensorNorm(double bound) -> bounded(bound, gradients);
            case Clipping.Adaptive(double ratio) -> {
                double most = ratio * Math.max(weights, LEAST_WEIGHT_NORM);
                yield most < gradients ? most / gradients : 1;
            }
            case Clipping.WeightNorm(double threshold) -> bounded(threshold / Math.sqrt(weights), gradients);
        };
    }

    private static double bounded(double bound, double gradients) {
        return Math.min(1, bound / (gradients + NORM_EPSILON));
    }

    /** Hands the coefficients of a part to its kernel; returns the square of the norm that is left. */
    private static double bind(Part part) {
        part.kernel.setRangeCoefficients(part.coefficients);
        double squares = 0;
        for (int i = 0; i < part.coefficients.length; i++) {
            double left = part.gradients[i] * part.coefficients[i];
            squares += left * left;
        }
        return squares;
    }
}
