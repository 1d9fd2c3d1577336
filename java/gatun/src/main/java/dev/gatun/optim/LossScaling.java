package dev.gatun.optim;

import dev.gatun.optim.schedule.text.Schedules;
import dev.gatun.options.WithMethods;
import dev.gatun.optim.schedule.text.Schedules;
import dev.gatun.update.kernel.LossScaleRule;
import java.util.List;

/**
 * The scaling of the loss before the backward pass, so that small gradients do not underflow in a narrow format; the
 * optimizer divides the gradients by the loss scale. A step whose gradients are not finite is skipped.
 */
public sealed interface LossScaling {
    /** No loss scale, and no check of the gradients. */
    LossScaling NONE = new None();

    /**
     * A dynamic loss scale, initially 2^16, doubled after 2000 consecutive finite steps, halved after each skipped
     * step; at most 50 consecutive skipped steps.
     */
    Dynamic DYNAMIC = new Dynamic(0x1p16, 2, 0.5, 2000, 50);

    /** No loss scale. */
    record None() implements LossScaling {
        @Override
        public LossScaleRule rule() {
            return LossScaleRule.NONE;
        }

        @Override
        public String text() {
            return "none";
        }
    }

    /**
     * A constant loss scale.
     *
     * @param scale     factor, above 0
     * @param mostSkips largest number of consecutive skipped steps
     */
    record Fixed(double scale, int mostSkips) implements LossScaling {
        public Fixed {
            checkScale(scale);
            checkSkips(mostSkips);
        }

        /** Creates a constant loss scale with the limit of skipped steps of {@link #DYNAMIC}. */
        public Fixed(double scale) {
            this(scale, DYNAMIC.mostSkips());
        }

        @Override
        public LossScaleRule rule() {
            return new LossScaleRule((float) scale, 1, 1, Long.MAX_VALUE, mostSkips, true);
        }

        @Override
        public String text() {
            return Schedules.number(scale) + ",skips=" + mostSkips;
        }
    }

    /**
     * A dynamic loss scale, as PyTorch's {@code GradScaler}: multiplied by {@code growth}, unless that overflows, after
     * {@code interval} consecutive finite steps; multiplied by {@code backoff} after each skipped step.
     *
     * @param initial   initial loss scale, above 0
     * @param growth    above 1
     * @param backoff   in (0, 1)
     * @param interval  at least 1
     * @param mostSkips largest number of consecutive skipped steps
     */
    @WithMethods
    record Dynamic(double initial, double growth, double backoff, long interval, int mostSkips)
            implements LossScaling, LossScalingDynamicBuilder.With {

        public Dynamic {
            checkScale(initial);
            checkSkips(mostSkips);
            if (!(growth > 1 && growth <= Float.MAX_VALUE && backoff > 0 && backoff < 1) || interval < 1) {
                throw new IllegalArgumentException(
                        "loss scale: growth must be above 1, backoff above 0 and below 1, and the"
                        + " interval at least 1, got " + growth + ", " + backoff + " and " + interval);
            }
        }

        @Override
        public LossScaleRule rule() {
            return new LossScaleRule((float) initial, growth, backoff, interval, mostSkips, true);
        }

        @Override
        public String text() {
            return "dynamic,initial=" + Schedules.number(initial) + ",growth=" + Schedules.number(growth) + ",backoff="
                    + Schedules.number(backoff) + ",interval=" + interval + ",skips=" + mostSkips;
        }
    }

    /** Returns the rule for a device. */
    LossScaleRule rule();

    /** Returns the text form, as {@link #parse} reads it. */
    String text();

    /**
     * Parses {@code none}, {@code 1024}, {@code 1024,skips=20}, {@code dynamic} or
     * {@code dynamic,initial=65536,growth=2,backoff=0.5,interval=2000,skips=50}, where any key may be left out.
     *
     * @throws IllegalArgumentException with one line that states the form
     */
    static LossScaling parse(String text) {
        List<String> parts = List.of(text.strip().split(",", -1)); // at least one: nothing is refused
        String kind = parts.getFirst();
        if (kind.equals("none") && parts.size() == 1) {
            return NONE;
        }
        boolean dynamic = kind.equals("dynamic");
        Dynamic read = dynamic ? DYNAMIC : DYNAMIC.withInitial(number(text, kind));
        for (String part : parts.subList(1, parts.size())) {
            String[] pair = part.split("=", 2);
            String value = pair.length == 2 ? pair[1] : "";
            boolean any = dynamic || pair[0].equals("skips");
            read = switch (any ? pair[0] : "") {
                case "initial" -> read.withInitial(number(text, value));
                case "growth" -> read.withGrowth(number(text, value));
                case "backoff" -> read.withBackoff(number(text, value));
                case "interval" -> read.withInterval(count(text, value));
                case "skips" -> read.withMostSkips(Math.toIntExact(Math.min(Integer.MAX_VALUE, count(text, value))));
                default -> throw wrong(text);
            };
        }
        return dynamic ? read : new Fixed(read.initial(), read.mostSkips());
    }

    private static double number(String text, String value) {
        if (!value.matches("[0-9.]+([eE][+-]?[0-9]+)?")) {
            throw wrong(text);
        }
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(wrong(text).getMessage(), e);
        }
    }

    private static long count(String text, String value) {
        if (!value.matches("[0-9]{1,18}")) {
            throw wrong(text);
        }
        return Long.parseLong(value);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(Schedules.quote(text) + " is no loss scale: write it as none, 1024,"
                + " 1024,skips=20, dynamic or dynamic,initial=65536,growth=2,backoff=0.5,interval=2000,skips=50");
    }

    private static void checkScale(double scale) {
        if (!(scale > 0 && (float) scale > 0 && scale <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("loss scale must be above 0 and finite in f32, got " + scale);
        }
    }

    private static void checkSkips(int mostSkips) {
        if (mostSkips < 0) {
            throw new IllegalArgumentException("loss scale: the bound of skips must be at least 0, got " + mostSkips);
        }
    }
}
