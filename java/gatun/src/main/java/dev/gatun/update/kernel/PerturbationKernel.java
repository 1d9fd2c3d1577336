package dev.gatun.update.kernel;

/** A bound {@link PerturbationRequest}. Allocates nothing. */
public interface PerturbationKernel extends AutoCloseable {
    /**
     * Measures what the move is divided by, in one read.
     *
     * @return {@code |scale g|}, or {@code |scale w g|} where it is adaptive; not finite where one of them is not
     */
    double norm(double gradientScale);

    /** {@code saved <- w; w <- w + coefficient * g}, {@code w^2 g} where it is adaptive. */
    void run(double coefficient);

    /**
     * The coefficient of a move by a radius.
     *
     * @param norm what {@link #norm} measured at this scale
     */
    static double coefficient(double radius, double gradientScale, double norm) {
        return radius * gradientScale / (norm + 1e-12); // as in the authors' own programs
    }

    @Override
    void close();
}
