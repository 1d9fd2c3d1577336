package dev.gatun.optim;

import dev.gatun.optim.schedule.text.Schedules;
import dev.gatun.update.kernel.Sharpness;
import java.util.List;

/**
 * Options of sharpness-aware minimisation, a wrapper of any optimizer: the gradients of a step are computed at weights
 * perturbed towards a higher loss, which takes a second forward and backward pass.
 *
 * @param radius norm of the perturbation, above 0; {@code rho} of the papers
 */
public record SharpnessAware(double radius, Sharpness sharpness) {
    /** The paper's default: radius 0.05, not adaptive. */
    public static final SharpnessAware DEFAULTS = new SharpnessAware(0.05, Sharpness.PLAIN);

    private static final String WHAT = "sharpness-aware minimisation";
    private static final String ADAPTIVE = "adaptive";
    private static final String FORM = "RADIUS or RADIUS,adaptive, as 0.05";

    public SharpnessAware {
        if (!(radius > 0 && radius <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(WHAT + ": the radius must be above 0 and finite, got " + radius);
        }
    }

    /** Returns the text form, as {@link #parse} reads it. */
    public String text() {
        return Schedules.number(radius) + switch (sharpness) {
            case PLAIN -> "";
            case ADAPTIVE -> "," + ADAPTIVE;
        };
    }

    /**
     * Parses {@code 0.05} or {@code 0.05,adaptive}.
     *
     * @throws IllegalArgumentException with one line that states the form
     */
    public static SharpnessAware parse(String text) {
        List<String> parts = WrapperText.parts(WHAT, text, 2, FORM);
        if (parts.size() == 2 && !parts.get(1).equals(ADAPTIVE)) {
            throw WrapperText.wrong(WHAT, text, FORM);
        }
        return new SharpnessAware(WrapperText.number(WHAT, parts.getFirst(), FORM),
                parts.size() == 2 ? Sharpness.ADAPTIVE : Sharpness.PLAIN);
    }
}
