package dev.gatun.train.epoch;

import dev.gatun.optim.schedule.text.Schedules;
import dev.gatun.optim.schedule.text.StepCount;
import dev.gatun.options.WithMethods;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A batch that becomes larger while the run goes on, which lowers the noise of the gradients as a smaller learning rate
 * would, in fewer steps (Smith et al., "Don't Decay the Learning Rate, Increase the Batch Size", ICLR 2018). All
 * batches of an epoch have one size: the batch grows where the first epoch begins at or after a point of the run, and
 * several times at once where several points lie before the same epoch. It never has more examples than there are.
 *
 * @param factor what the size is multiplied by at each point, at least 2; 1 without points
 * @param points points of the run, increasing: percent of its epochs, or epochs; none where the batch does not grow
 * @param rate   how the learning rate follows
 */
@WithMethods
public record BatchGrowth(int factor, List<StepCount> points, Rate rate) implements BatchGrowthBuilder.With {
    /** Batches of one size. */
    public static final BatchGrowth NONE = new BatchGrowth(1, List.of(), Rate.CONSTANT);

    private static final String FORM = "2x@30%,60%, as 2x@10epochs, or with a learning rate that follows as"
            + " 2x@30%,60%,lr=linear (or sqrt, constant)";
    private static final Pattern TEXT = Pattern.compile("(\\d{1,4})x@([^=]*?)(?:,\\s*lr=(\\w+))?");
    /** What 7 % of 100 epochs may differ from 7 by. */
    private static final double ROUNDING = 1e-9;

    /** What the learning rate is multiplied by when the batch has grown, besides what its schedule says. */
    public enum Rate {
        /** By nothing: the larger batch takes the place of a smaller rate. */
        CONSTANT,
        /** By as much as the batch (Goyal et al., 2017). */
        LINEAR,
        /** By its square root, as for rules that divide by the gradients' size. */
        SQRT;

        /** Returns the factor of a batch that is {@code ratio} times the first. */
        public double of(double ratio) {
            return switch (this) {
                case CONSTANT -> 1;
                case LINEAR -> ratio;
                case SQRT -> Math.sqrt(ratio);
            };
        }
    }

    public BatchGrowth {
        points = List.copyOf(points);
        boolean none = factor == 1 && points.isEmpty() && rate == Rate.CONSTANT;
        if (!none && (factor < 2 || points.isEmpty())) {
            throw new IllegalArgumentException("a batch grows at least 2x, at one point of the run at least, not "
                    + factor + "x at " + points.size() + " points: write it as " + FORM);
        }
        for (int i = 0; i < points.size(); i++) {
            check(points.get(i));
            if (i > 0 && (points.get(i).unit() != points.getFirst().unit()
                    || points.get(i).amount() <= points.get(i - 1).amount())) {
                throw new IllegalArgumentException("a batch grows at points that increase, of one unit, not at "
                        + points.get(i - 1).text() + " and " + points.get(i).text());
            }
        }
    }

    private static void check(StepCount point) {
        boolean valid = switch (point.unit()) {
            case STEPS -> false;
            case PERCENT -> point.amount() > 0 && point.amount() < 100;
            case EPOCHS -> point.amount() > 0;
        };
        if (!valid) {
            throw new IllegalArgumentException("a batch grows between epochs, at a share of the run above 0% and below"
                    + " 100% or after some epochs, not at " + point.text() + ": write it as " + FORM);
        }
    }

    /** Returns whether the batch grows. */
    public boolean isActive() {
        return !points.isEmpty();
    }

    /**
     * Returns the first epoch, counted from 0, that begins at a point of a run or after it; one of at least the number
     * of epochs where none does.
     *
     * @param point  which point, counted from 0
     * @param epochs epochs of the run
     */
    public long begin(int point, int epochs) {
        StepCount at = points.get(point);
        double epoch = at.unit() == StepCount.Unit.PERCENT ? at.amount() * epochs / 100 : at.amount();
        return Math.max(1, (long) Math.ceil(epoch - ROUNDING));
    }

    /**
     * Returns whether a run and one of another length have batches of the same sizes in their first epochs.
     *
     * @param first how many epochs
     */
    public boolean isSame(int first, int epochs, int otherEpochs) {
        for (int i = 0; i < points.size(); i++) {
            long begin = begin(i, epochs);
            long other = begin(i, otherEpochs);
            if (begin != other && Math.min(begin, other) < first) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the size of a batch that has grown.
     *
     * @param batchSize size of the first epoch's batches
     * @param times     how often it has grown
     * @param most      the most examples that it may grow to
     */
    public int size(int batchSize, int times, int most) {
        long size = batchSize;
        for (int i = 0; i < times && size < most; i++) {
            size = Math.min(size * factor, most);
        }
        return (int) size;
    }

    /**
     * Checks that each point lies before the last epoch of a run.
     *
     * @throws IllegalArgumentException with one line when one does not
     */
    public void check(int epochs) {
        for (int i = 0; i < points.size(); i++) {
            if (begin(i, epochs) >= epochs) {
                throw new IllegalArgumentException("the batch is to grow at " + points.get(i).text() + " of a run of "
                        + epochs + (epochs == 1 ? " epoch" : " epochs")
                        + ", and no epoch begins there or later: grow it earlier, or train longer");
            }
        }
    }

    /** Returns the text form, as {@link #parse} reads it; {@code none} where the batch does not grow. */
    public String text() {
        return !isActive() ? "none" : factor + "x@"
                + points.stream().map(StepCount::text).collect(Collectors.joining(","))
                + (rate == Rate.CONSTANT ? "" : ",lr=" + word(rate));
    }

    private static String word(Rate rate) {
        return rate.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Parses {@code 2x@30%,60%} or {@code 4x@10epochs,lr=sqrt}; {@code none} for {@link #NONE}.
     *
     * @throws IllegalArgumentException with one line that states the form
     */
    public static BatchGrowth parse(String text) {
        if (text.strip().equals("none")) {
            return NONE;
        }
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw wrong(text);
        }
        String word = matcher.group(3) == null ? word(Rate.CONSTANT) : matcher.group(3);
        Optional<Rate> rate = Arrays.stream(Rate.values()).filter(each -> word(each).equals(word)).findFirst();
        List<StepCount> points = new ArrayList<>();
        for (String point : matcher.group(2).split(",", -1)) {
            points.add(StepCount.parse(point));
        }
        return new BatchGrowth(Integer.parseInt(matcher.group(1)), points, rate.orElseThrow(() -> wrong(text)));
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("growth of the batch: " + Schedules.quote(text)
                + " is not valid, write it as " + FORM);
    }
}
