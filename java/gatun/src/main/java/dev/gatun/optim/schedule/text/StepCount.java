package dev.gatun.optim.schedule.text;

import dev.gatun.optim.schedule.RunLength;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of steps, or what becomes one when the length of the run is known. As text: {@code 500}, {@code 5%} of the
 * run, {@code 2epochs}.
 *
 * @param amount at least 0
 * @param unit   of what
 */
public record StepCount(double amount, Unit unit) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?) ?(%|epochs?|)");

    /** What is counted. */
    public enum Unit {
        /** Whole steps. */
        STEPS(""),
        /** Hundredths of the run. */
        PERCENT("%"),
        /** Passes over the data. */
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

    /** So many steps. */
    public static StepCount of(long steps) {
        return new StepCount((double) steps, Unit.STEPS);
    }

    /**
     * Reads a count.
     *
     * @throws IllegalArgumentException with one line that says how it is written
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

    /** The steps it is in a run, rounded to the nearest. */
    public long steps(RunLength run) {
        return Math.round(switch (unit) {
            case STEPS -> amount;
            case PERCENT -> amount / 100 * run.steps();
            case EPOCHS -> amount * run.stepsPerEpoch();
        });
    }

    /** What {@link #parse} reads. */
    public String text() {
        return Schedules.number(amount) + unit.suffix;
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                Schedules.quote(text)
                + " is no number of steps: write it as 500, as 5% of the run or as 2epochs");
    }
}
