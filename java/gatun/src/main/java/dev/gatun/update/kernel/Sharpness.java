package dev.gatun.update.kernel;

/** How far sharpness-aware minimisation moves each weight. */
public enum Sharpness {
    /** Along the gradient, {@code radius * g / |g|} (Foret et al., ICLR 2021). */
    PLAIN,
    /** In proportion to the weight's size, {@code radius * w^2 g / |w g|} (Kwon et al., ICML 2021). */
    ADAPTIVE
}
