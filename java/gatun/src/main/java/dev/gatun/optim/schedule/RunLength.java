package dev.gatun.optim.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * The length of a run, for schedules relative to it.
 *
 * @param steps     number of steps of the run, at least 1
 * @param stretches epochs of as many steps each, in their order; the last stretch goes on for ever
 */
public record RunLength(long steps, List<Stretch> stretches) {
    /** The largest number of steps of any schedule. */
    public static final long MOST_STEPS = ScheduleDomain.MOST_STEPS;

    /** A length that suits any schedule, to validate a text before the length is known. */
    public static final RunLength ANY = new RunLength(1L << 40, 1L << 20);

    /**
     * Epochs of as many steps each.
     *
     * @param epochs        how many of them, above 0
     * @param stepsPerEpoch number of steps of an epoch, at least 1
     */
    public record Stretch(double epochs, long stepsPerEpoch) {
        public Stretch {
            ScheduleDomain.positive("of a run", "epochs in a row", epochs);
            ScheduleDomain.count("of a run", "steps of an epoch", stepsPerEpoch, 1);
        }
    }

    public RunLength {
        ScheduleDomain.count("of a run", "steps", steps, 1);
        stretches = List.copyOf(stretches);
        if (stretches.isEmpty()) {
            throw new IllegalArgumentException("a run has epochs: give at least one stretch of them");
        }
    }

    /**
     * Returns the length of a run whose epochs all have as many steps.
     *
     * @param steps         number of steps of the run, at least 1
     * @param stepsPerEpoch number of steps of an epoch, at least 1
     */
    public RunLength(long steps, long stepsPerEpoch) {
        this(steps, List.of(new Stretch(1, stepsPerEpoch)));
    }

    /** Returns the number of steps of the first epochs, which need not be whole. */
    public double stepsOfEpochs(double epochs) {
        double sum = 0;
        double left = epochs;
        for (Stretch stretch : stretches.subList(0, stretches.size() - 1)) {
            if (left <= stretch.epochs) {
                return sum + left * stretch.stepsPerEpoch;
            }
            sum += stretch.epochs * stretch.stepsPerEpoch;
            left -= stretch.epochs;
        }
        return sum + left * stretches.getLast().stepsPerEpoch;
    }

    /** Returns the length of the part of the run between two of its steps, at least one step. */
    public RunLength part(long from, long to) {
        return new RunLength(Math.max(1, to - from), after(from));
    }

    private List<Stretch> after(long from) {
        List<Stretch> left = new ArrayList<>(stretches);
        double before = from;
        while (left.size() > 1 && before > 0) {
            Stretch first = left.removeFirst();
            double its = first.epochs * first.stepsPerEpoch;
            if (before < its) {
                left.addFirst(new Stretch((its - before) / first.stepsPerEpoch, first.stepsPerEpoch));
            }
            before -= its;
        }
        return left;
    }

    /** Returns the default length of a warm-up, a twentieth of the run. */
    public long warmUp() {
        return steps / 20;
    }
}
