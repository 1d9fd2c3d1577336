package dev.gatun.optim;

import dev.gatun.optim.schedule.text.Schedules;
import java.util.List;

/**
 * Options of look-ahead (Zhang et al., NeurIPS 2019), a wrapper of any optimizer: every {@code every} steps, slow
 * weights move towards the weights, which then continue from there.
 *
 * @param every steps between two updates of the slow weights, at least 1; {@code k} of the paper
 * @param rate  interpolation factor, in (0, 1]; {@code alpha} of the paper
 */
public record Lookahead(int every, double rate) {
    /** The paper's defaults: every 5 steps, factor 0.5. */
    public static final Lookahead DEFAULTS = new Lookahead(5, 0.5);

    private static final String FORM = "STEPS,SHARE, as 5,0.5";

    public Lookahead {
        if (every < 1 || !(rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException("look-ahead: steps must be at least 1 and the share in (0, 1], got "
                    + every
                    + " and " + rate);
        }
    }

    /** Returns the text form, as {@link #parse} reads it. */
    public String text() {
        return every + "," + Schedules.number(rate);
    }

    /**
     * Parses {@code 5,0.5}; the factor may be left out.
     *
     * @throws IllegalArgumentException with one line that states the form
     */
    public static Lookahead parse(String text) {
        List<String> parts = WrapperText.parts("look-ahead", text, 2, FORM);
        return new Lookahead(WrapperText.count("look-ahead", parts.getFirst(), FORM),
                parts.size() == 1 ? DEFAULTS.rate : WrapperText.number("look-ahead", parts.get(1), FORM));
    }
}
