package dev.gatun.update.kernel;

/** A bound {@link PerturbationRequest}. Allocates nothing. */
public interface PerturbationKernel extends AutoCloseable {
    /**
     * Measures the norm that the perturbation is divided by, in one read.
     *
     * @return {@code |scale g|}, or {@code |scale w g|} if adaptive; not finite if an element is not
     */
    double norm(double gradientScale);

    /**
     * Perturbs the weights: {@code saved <- w; w <- w + coefficient * g}, with {@code w^2 g} for {@code g} if adaptive.
     */
    void run(double coefficient);

    /**
     * Returns the coefficient of a perturbation of norm {@code radius}.
     *
     * @param norm result of {@link #norm} for this scale
     */
    static double coefficient(double radius, double gradientScale, double norm) {
        return radius * gradientScale / (norm + 1e-12); // as in the authors' own programs
    }

    @Override
    void close();
}
