package dev.gatun.chart;

import java.util.ArrayList;
import java.util.List;

/** The marked values of an axis: round ones, as many as fit beside each other. */
final class Ticks {
    /** Room between two labels. */
    private static final double GAP = 8;
    /** From this many decades on, a logarithmic axis marks powers of ten. */
    private static final double DECADES = 1;
    private static final int MOST = 8;

    private Ticks() {}

    /** A marked value. */
    record Tick(double value, String label) {}

    /** How much of the axis a label takes. */
    interface Extent {
        double of(String label);
    }

    /**
     * Returns the marks.
     *
     * @param length length of the axis
     * @param extent how much of it a label takes
     */
    static List<Tick> of(Axis axis, double low, double high, double length, Extent extent) {
        if (!axis.categories().isEmpty()) {
            return categories(axis, low, high, length, extent);
        }
        if (axis.scale() == Axis.Scale.LOGARITHMIC && Math.log10(high / low) >= DECADES) {
            for (double[] steps : new double[][] {{1, 2, 5}, {1, 3}, {1}}) {
                List<Tick> ticks = decades(low, high, 1, steps);
                if (ticks.size() <= MOST && fit(axis, ticks, low, high, length, extent)) {
                    return ticks;
                }
            }
            for (int every = 2;; every++) {
                List<Tick> ticks = decades(low, high, every, new double[] {1});
                if (ticks.size() <= 2 || (ticks.size() <= MOST && fit(axis, ticks, low, high, length, extent))) {
                    return ticks;
                }
            }
        }
        for (int count = MOST; count > 1; count--) {
            List<Tick> ticks = round(low, high, count, axis.scale() == Axis.Scale.WHOLE ? 1 : 0);
            if (ticks.size() > 1 && fit(axis, ticks, low, high, length, extent)) {
                return ticks;
            }
        }
        return List.of(new Tick(low, Numbers.text(low)), new Tick(high, Numbers.text(high)));
    }

    private static List<Tick> categories(Axis axis, double low, double high, double length, Extent extent) {
        for (int every = 1;; every++) {
            List<Tick> ticks = new ArrayList<>();
            for (int i = 0; i < axis.categories().size(); i += every) {
                ticks.add(new Tick(i, axis.categories().get(i)));
            }
            if (ticks.size() <= 1 || fit(axis, ticks, low, high, length, extent)) {
                return ticks;
            }
        }
    }

    private static List<Tick> decades(double low, double high, int every, double[] steps) {
        List<Tick> ticks = new ArrayList<>();
        int first = Math.floorDiv((int) Math.floor(Math.log10(low)), every) * every;
        for (int power = first; power <= Math.log10(high); power += every) {
            for (double step : steps) {
                double value = step * Math.pow(10, power);
                if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) {
                    ticks.add(new Tick(value, Numbers.text(value)));
                }
            }
        }
        return ticks;
    }

    /** @param least the least difference of two marks */
    private static List<Tick> round(double low, double high, int count, double least) {
        double rough = Math.max(least, (high - low) / count);
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power;
        for (double factor : new double[] {1, 2, 5, 10}) {
            step = factor * power;
            if (step >= rough * (1 - 1e-9)) {
                break;
            }
        }
        List<Tick> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
            ticks.add(new Tick(i * step, Numbers.text(i * step)));
        }
        return ticks;
    }

    private static boolean fit(
            Axis axis, List<Tick> ticks, double low, double high, double length, Extent extent) {
        double unit = length / (axis.place(high) - axis.place(low));
        for (int i = 1; i < ticks.size(); i++) {
            Tick before = ticks.get(i - 1);
            Tick tick = ticks.get(i);
            double distance = unit * (axis.place(tick.value()) - axis.place(before.value()));
            if (distance < (extent.of(before.label()) + extent.of(tick.label())) / 2 + GAP
                    || before.label().equals(tick.label())) {
                return false;
            }
        }
        return ticks.size() > 1;
    }
}
