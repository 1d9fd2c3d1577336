package dev.gatun.chart;

import dev.gatun.chart.Drawing.Anchor;
import dev.gatun.chart.Series.Style;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Lines over two axes, with a legend below. */
public final class LineChart implements Chart {
    private static final double WIDTH = 480;
    private static final double PLOT_HEIGHT = 230;
    private static final double LINE = 18;
    private static final double TOP = 10;
    private static final double KEY = 22;
    /** Vertical room for a label. */
    private static final double LABEL = 14;
    /** More points than this are more than can be seen. */
    private static final int POINTS = 800;
    /** A line so many times as long as the chart is wide covers the others, unless it is thin. */
    private static final double LONG = 6;

    private final String title;
    private final Axis x;
    private final Axis y;
    private final List<Series> series = new ArrayList<>();

    /** Creates a chart without lines. */
    public LineChart(String title, Axis x, Axis y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    /** Adds values. */
    public LineChart add(Series values) {
        series.add(values);
        return this;
    }

    @Override
    public String title() {
        return title;
    }

    /** The least and the greatest value of an axis. */
    private record Range(double low, double high) {
        static Range of(Axis axis, List<double[]> values) {
            double[] shown = values.stream().flatMapToDouble(Arrays::stream).filter(axis::shows).toArray();
            double low = Double.isNaN(axis.low()) ? Arrays.stream(shown).min().orElse(1) : axis.low();
            double high = Double.isNaN(axis.high()) ? Arrays.stream(shown).max().orElse(2) : axis.high();
            if (high > low) {
                return new Range(low, high);
            }
            double margin = axis.scale() == Axis.Scale.LOGARITHMIC ? low / 2 : Math.max(Math.abs(low) / 10, 1e-9);
            return new Range(low - margin, low + margin);
        }
    }

    /** Where values are on the drawing. */
    private final class Frame {
        private final Range across = Range.of(x, series.stream().map(Series::x).toList());
        private final Range up = Range.of(y, series.stream().map(Series::y).toList());
        private final List<Ticks.Tick> rows = Ticks.of(y, up.low, up.high, PLOT_HEIGHT, _ -> LABEL);
        private final double left = Math.max(half(0),
                LINE + 8 + rows.stream().mapToDouble(tick -> width(tick.label())).max().orElse(0));
        private final double right = WIDTH - Math.max(12, half(x.categories().size() - 1));
        private final double bottom = TOP + PLOT_HEIGHT;
        private final List<Ticks.Tick> columns =
                Ticks.of(x, across.low, across.high, right - left, Frame.this::room);

        private static double width(String label) {
            return TextExtent.width(label, Drawing.TEXT);
        }

        /** Half of the room of a category. */
        private double half(int category) {
            return x.categories().isEmpty() ? 0 : width(x.categories().get(category)) / 2;
        }

        private double room(String label) {
            return width(label);
        }

        private double x(double value) {
            return left + (right - left) * (x.place(value) - x.place(across.low))
                    / (x.place(across.high) - x.place(across.low));
        }

        private double y(double value) {
            return bottom - PLOT_HEIGHT * (y.place(value) - y.place(up.low)) / (y.place(up.high) - y.place(up.low));
        }
    }

    @Override
    public Drawing draw() {
        Frame frame = new Frame();
        List<List<Series>> legend = legend();
        double height = frame.bottom + 2 * LINE + 7 + legend.size() * LINE;
        Drawing drawing = new Drawing(WIDTH, height);
        axes(drawing, frame);
        drawing.clip(frame.left, TOP - 3, frame.right - frame.left + 4, PLOT_HEIGHT + 6);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < series.size(); i++) {
            lines.add(line(frame, series.get(i), i));
        }
        // The longest are drawn first, so that they bury nothing.
        lines.sort(Comparator.comparing((Line each) -> each.series.style() != Style.CONTOUR)
                .thenComparing(each -> each.series.style() == Style.CROSSES)
                .thenComparingDouble(each -> -each.length));
        lines.forEach(each -> draw(drawing, frame, each));
        drawing.unclip();
        if (series.stream().allMatch(each -> each.x().length == 0)) {
            drawing.text((frame.left + frame.right) / 2, TOP + PLOT_HEIGHT / 2, "no values yet", Anchor.MIDDLE);
        }
        double below = frame.bottom + 3 * LINE + 3;
        for (List<Series> row : legend) {
            double place = 4;
            for (Series each : row) {
                drawing.path(classes(series.indexOf(each), ""), "M" + Drawing.at(place) + " "
                        + Drawing.at(below - 4) + "h" + Drawing.at(KEY - 6));
                drawing.text(place + KEY, below, each.name(), Anchor.START);
                place += KEY + TextExtent.width(each.name(), Drawing.TEXT) + 14;
            }
            below += LINE;
        }
        return drawing;
    }

    private void axes(Drawing drawing, Frame frame) {
        for (Ticks.Tick tick : frame.rows) {
            double place = frame.y(tick.value());
            drawing.path("grid", "M" + Drawing.at(frame.left) + " " + Drawing.at(place) + "H"
                    + Drawing.at(frame.right));
            drawing.text(frame.left - 6, place + 4.5, tick.label(), Anchor.END);
        }
        for (Ticks.Tick tick : frame.columns) {
            double place = frame.x(tick.value());
            drawing.path("grid", "M" + Drawing.at(place) + " " + Drawing.at(TOP) + "V" + Drawing.at(frame.bottom));
            double half = TextExtent.width(tick.label(), Drawing.TEXT) / 2;
            drawing.text(Math.clamp(place, half, WIDTH - half), frame.bottom + LINE + 1, tick.label(), Anchor.MIDDLE);
        }
        drawing.path("axis", "M" + Drawing.at(frame.left) + " " + Drawing.at(TOP) + "V" + Drawing.at(frame.bottom)
                + "H" + Drawing.at(frame.right));
        drawing.text((frame.left + frame.right) / 2, frame.bottom + 2 * LINE + 1, x.name(), Anchor.MIDDLE);
        drawing.upwards(LINE - 5, TOP + PLOT_HEIGHT / 2, y.name());
    }

    /** Rows of names that fit into the width. */
    private List<List<Series>> legend() {
        List<List<Series>> rows = new ArrayList<>();
        double place = WIDTH;
        for (Series each : series) {
            if (each.name().isEmpty()) {
                continue;
            }
            double wide = KEY + TextExtent.width(each.name(), Drawing.TEXT) + 14;
            if (place + wide > WIDTH) {
                rows.add(new ArrayList<>());
                place = 4;
            }
            rows.getLast().add(each);
            place += wide;
        }
        return rows;
    }

    /** A path of SVG, and how long it is inside the chart. */
    private record Line(Series series, int index, String path, double length) {}

    private Line line(Frame frame, Series values, int index) {
        StringBuilder path = new StringBuilder();
        double length = 0;
        double lastX = Double.NaN;
        double lastY = Double.NaN;
        for (int i : chosen(values)) {
            if (!x.shows(values.x()[i]) || !y.shows(values.y()[i])) {
                lastX = Double.NaN;
                continue;
            }
            double toX = near(frame.x(values.x()[i]), frame.left, frame.right);
            double toY = near(frame.y(values.y()[i]), TOP, frame.bottom);
            double moved = Math.hypot(toX - lastX, toY - lastY);
            if (moved < 0.3) {
                continue;
            }
            path.append(Double.isNaN(lastX) ? 'M' : 'L').append(Drawing.at(toX)).append(' ').append(Drawing.at(toY));
            length += Double.isNaN(moved) ? 0 : moved;
            lastX = toX;
            lastY = toY;
        }
        return new Line(values, index, path.toString(), length);
    }

    /** Far outside the chart a place says nothing but its direction. */
    private static double near(double place, double low, double high) {
        return Math.clamp(place, low - (high - low), high + (high - low));
    }

    /** The least and the greatest of each group of neighbours, where there are more than can be seen. */
    private static int[] chosen(Series values) {
        int count = values.x().length;
        if (count <= POINTS || values.style() == Style.CONTOUR) {
            int[] all = new int[count];
            Arrays.setAll(all, i -> i);
            return all;
        }
        List<Integer> chosen = new ArrayList<>();
        int groups = POINTS / 2;
        for (int group = 0; group < groups; group++) {
            int from = (int) ((long) count * group / groups);
            int to = (int) ((long) count * (group + 1) / groups);
            int least = from;
            int greatest = from;
            for (int i = from + 1; i < to; i++) {
                least = values.y()[i] < values.y()[least] ? i : least;
                greatest = values.y()[i] > values.y()[greatest] ? i : greatest;
            }
            chosen.add(Math.min(least, greatest));
            if (least != greatest) {
                chosen.add(Math.max(least, greatest));
            }
        }
        return chosen.stream().mapToInt(Integer::intValue).toArray();
    }

    private static String classes(int index, String more) {
        // Every second line is dashed, so that one below it can be seen.
        return "line c" + index % Styles.COLOURS + (index % 2 == 0 ? "" : " dashed") + more;
    }

    private static void draw(Drawing drawing, Frame frame, Line line) {
        switch (line.series.style()) {
            case CONTOUR -> drawing.path("contour", line.path);
            case CROSSES -> crosses(drawing, frame, line.series);
            case LINE -> drawing.path(classes(line.index, line.length > LONG * WIDTH ? " thin" : ""), line.path);
            case DOTS -> {
                drawing.path(classes(line.index, ""), line.path);
                for (int i = 0; i < line.series.x().length; i++) {
                    double toX = frame.x(line.series.x()[i]);
                    double toY = frame.y(line.series.y()[i]);
                    if (Double.isFinite(toX) && Double.isFinite(toY)) {
                        drawing.circle("dot c" + line.index % Styles.COLOURS, toX, toY, 3);
                    }
                }
            }
        }
    }

    private static void crosses(Drawing drawing, Frame frame, Series values) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < values.x().length; i++) {
            path.append('M').append(Drawing.at(frame.x(values.x()[i]) - 5)).append(' ')
                    .append(Drawing.at(frame.y(values.y()[i]) - 5)).append("l10 10m0-10l-10 10");
        }
        drawing.path("mark", path.toString());
    }
}
