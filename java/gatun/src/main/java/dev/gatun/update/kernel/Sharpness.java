package dev.gatun.update.kernel;

/** The perturbation of sharpness-aware minimisation. */
public enum Sharpness {
    /** Along the gradient, {@code radius * g / |g|} (Foret et al., ICLR 2021). */
    PLAIN,
    /** Scaled by each weight's magnitude, {@code radius * w^2 g / |w g|} (Kwon et al., ICML 2021). */
    ADAPTIVE
}
