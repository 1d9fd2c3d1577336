package dev.gatun.chart;

import dev.gatun.chart.Drawing.Anchor;
import java.util.Arrays;
import java.util.List;

/** How often values are in each of some ranges of equal width. */
public final class Histogram implements Chart {
    private static final double WIDTH = 300;
    private static final double PLOT_HEIGHT = 110;
    private static final double TOP = 8;
    private static final double LINE = 18;

    private final String title;
    private final String name;
    private final double low;
    private final double high;
    private final long[] counts;

    /**
     * Creates a histogram.
     *
     * @param title  what the values are
     * @param name   what the horizontal axis measures
     * @param low    where the first range begins
     * @param high   where the last one ends
     * @param counts values in each range
     */
    public Histogram(String title, String name, double low, double high, long[] counts) {
        if (!(low < high) || counts.length == 0) {
            throw new IllegalArgumentException(title + ": no range from " + low + " to " + high);
        }
        if (name.isBlank()) {
            throw new IllegalArgumentException("an axis needs a name");
        }
        this.title = title;
        this.name = name;
        this.low = low;
        this.high = high;
        this.counts = counts.clone();
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Drawing draw() {
        double most = Math.max(1, Arrays.stream(counts).max().orElse(1));
        double all = Math.max(1, Arrays.stream(counts).sum());
        Drawing drawing = new Drawing(WIDTH, TOP + PLOT_HEIGHT + 2 * LINE + 7);
        String top = Numbers.text(100 * most / all);
        double left = LINE + 8 + Math.max(TextExtent.width(top, Drawing.TEXT), TextExtent.width("0", Drawing.TEXT));
        double right = WIDTH - 10;
        double bottom = TOP + PLOT_HEIGHT;
        double wide = (right - left) / counts.length;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                double tall = Math.max(0.5, PLOT_HEIGHT * counts[i] / most);
                drawing.rectangle("bar c0", left + i * wide, bottom - tall, Math.max(0.6, wide - 0.4), tall, 1);
            }
        }
        drawing.path("axis", "M" + Drawing.at(left) + " " + Drawing.at(TOP) + "V" + Drawing.at(bottom) + "H"
                + Drawing.at(right));
        drawing.text(left - 6, TOP + 9, top, Anchor.END);
        drawing.text(left - 6, bottom, "0", Anchor.END);
        drawing.upwards(LINE - 5, TOP + PLOT_HEIGHT / 2, "% of values");
        List<Ticks.Tick> ticks = Ticks.of(Axis.linear(name), low, high, right - left,
                label -> TextExtent.width(label, Drawing.TEXT));
        for (Ticks.Tick tick : ticks) {
            double half = TextExtent.width(tick.label(), Drawing.TEXT) / 2;
            double place = left + (right - left) * (tick.value() - low) / (high - low);
            drawing.path("axis", "M" + Drawing.at(place) + " " + Drawing.at(bottom) + "v3");
            drawing.text(Math.clamp(place, half, WIDTH - half), bottom + LINE + 1, tick.label(), Anchor.MIDDLE);
        }
        drawing.text((left + right) / 2, bottom + 2 * LINE + 1, name, Anchor.MIDDLE);
        return drawing;
    }
}
