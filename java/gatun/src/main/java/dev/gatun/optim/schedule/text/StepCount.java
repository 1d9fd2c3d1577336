package dev.gatun.optim.schedule.text;

import dev.gatun.optim.schedule.RunLength;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of steps, absolute or relative to the length of a run. As text: {@code 500}, {@code 5%} of the run,
 * {@code 2epochs}.
 *
 * @param amount at least 0
 * @param unit   unit of the amount
 */
public record StepCount(double amount, Unit unit) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,400})?) ?(%|epochs?|)");

    /** The unit of a count. */
    public enum Unit {
        /** Steps. */
        STEPS(""),
        /** Percent of the run. */
        PERCENT("%"),
        /** Epochs. */
        EPOCHS("epochs");

        private final String suffix;

        Unit(String suffix) {
            this.suffix = suffix;
        }
    }

    public StepCount {
        if (!(amount >= 0 && amount <= RunLength.MOST_STEPS) || (unit == Unit.STEPS && amount != Math.rint(amount))
                || (unit == Unit.PERCENT && amount > 100)) {
            throw wrong(amount + unit.suffix);
        }
    }

    /** Returns an absolute number of steps. */
    public static StepCount of(long steps) {
        return new StepCount((double) steps, Unit.STEPS);
    }

    /**
     * Parses a count.
     *
     * @throws IllegalArgumentException with one line that states the form
     */
    public static StepCount parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw wrong(text);
        }
        Unit unit = switch (matcher.group(2)) {
            case "" -> Unit.STEPS;
            case "%" -> Unit.PERCENT;
            default -> Unit.EPOCHS;
        };
        return new StepCount(Double.parseDouble(matcher.group(1)), unit);
    }

    /** Returns the number of steps in a run, rounded to the nearest. */
    public long steps(RunLength run) {
        return Math.round(switch (unit) {
            case STEPS -> amount;
            case PERCENT -> amount / 100 * run.steps();
            case EPOCHS -> run.stepsOfEpochs(amount);
        });
    }

    /** Returns the text form, as {@link #parse} reads it. */
    public String text() {
        // Without an exponent, which people do not write here either.
        return new BigDecimal(Schedules.number(amount)).toPlainString() + unit.suffix;
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                Schedules.quote(text)
                + " is no number of steps: write it as 500, as 5% of the run or as 2epochs");
    }
}
