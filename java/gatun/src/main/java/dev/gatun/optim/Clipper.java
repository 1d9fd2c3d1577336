package dev.gatun.optim;

import dev.gatun.update.kernel.UpdateKernel;
import java.util.List;

/** Measures the gradients of a step and works out what they are multiplied by. Allocates nothing. */
final class Clipper {
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

    Clipper(Clipping clipping, List<RulePart> parts) {
        this.clipping = clipping;
        this.parts = parts.stream().map(part -> new Part(part.kernel(), part.ranges())).toArray(Part[]::new);
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
                common = Math.min(1, bound / (norm + NORM_EPSILON));
                clipped = norm * common;
            }
            case Clipping.TensorNorm(double bound) -> clipped = clipTensors(bound);
            case Clipping.Adaptive(double ratio) -> clipped = clipAdaptively(ratio);
        }
        return largest > 0 ? common / Math.max(1, clipped / largest) : common;
    }

    private double clipTensors(double bound) {
        double squares = 0;
        for (Part part : parts) {
            for (int i = 0; i < part.coefficients.length; i++) {
                part.coefficients[i] = Math.min(1, bound / (part.gradients[i] + NORM_EPSILON));
            }
            squares += bind(part);
        }
        return Math.sqrt(squares);
    }

    private double clipAdaptively(double ratio) {
        double squares = 0;
        for (Part part : parts) {
            part.kernel.weightNorms(part.weights);
            for (int i = 0; i < part.coefficients.length; i++) {
                double most = ratio * Math.max(part.weights[i], LEAST_WEIGHT_NORM);
                part.coefficients[i] = most < part.gradients[i] ? most / part.gradients[i] : 1;
            }
            squares += bind(part);
        }
        return Math.sqrt(squares);
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
