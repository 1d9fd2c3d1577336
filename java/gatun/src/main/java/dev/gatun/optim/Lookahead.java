package dev.gatun.optim;

import dev.gatun.optim.schedule.text.Schedules;
import java.util.List;

/**
 * Look-ahead around any optimizer (Zhang et al., NeurIPS 2019): every so many steps slow weights move a share of the
 * way to the weights, which then go on from there.
 *
 * @param every steps between two moves, at least 1; {@code k} of the paper
 * @param rate  the share, in (0, 1]; {@code alpha} of the paper
 */
public record Lookahead(int every, double rate) {
    /** The paper's: every fifth step, half the way. */
    public static final Lookahead DEFAULTS = new Lookahead(5, 0.5);

    private static final String FORM = "STEPS,SHARE, as 5,0.5";

    public Lookahead {
        if (every < 1 || !(rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException("look-ahead: steps must be at least 1 and the share in (0, 1], got "
                    + every
                    + " and " + rate);
        }
    }

    /** What {@link #parse} reads. */
    public String text() {
        return every + "," + Schedules.number(rate);
    }

    /**
     * Reads {@code 5,0.5}; the share may be left out.
     *
     * @throws IllegalArgumentException with one line that says how it is written
     */
    public static Lookahead parse(String text) {
        List<String> parts = WrapperText.parts("look-ahead", text, 2, FORM);
        return new Lookahead(WrapperText.count("look-ahead", parts.getFirst(), FORM),
                parts.size() == 1 ? DEFAULTS.rate : WrapperText.number("look-ahead", parts.get(1), FORM));
    }
}
