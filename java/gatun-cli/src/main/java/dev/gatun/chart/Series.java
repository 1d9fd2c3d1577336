package dev.gatun.chart;

/** Values of a chart. */
public final class Series {
    private final String name;
    private final double[] x;
    private final double[] y;
    private final Style style;

    /** How values are drawn. */
    public enum Style {
        /** A line. */
        LINE,
        /** A line with a dot at each value. */
        DOTS,
        /** A thin grey line below all others. */
        CONTOUR,
        /** A red cross at each value. */
        CROSSES
    }

    /**
     * Creates a series.
     *
     * @param name  what the values are, as the legend says; empty for values that it leaves out
     * @param x     places on the horizontal axis
     * @param y     as many places on the vertical one; a value that is not finite interrupts the line
     * @param style how they are drawn
     */
    public Series(String name, double[] x, double[] y, Style style) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(name + ": " + x.length + " values of x, but " + y.length + " of y");
        }
        this.name = name;
        this.x = x.clone();
        this.y = y.clone();
        this.style = style;
    }

    String name() {
        return name;
    }

    /** Not to be changed. */
    double[] x() {
        return x;
    }

    /** Not to be changed. */
    double[] y() {
        return y;
    }

    Style style() {
        return style;
    }

    /** Returns a line over 1, 2, 3, ... */
    public static Series counted(String name, double[] y) {
        double[] x = new double[y.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = i + 1;
        }
        return new Series(name, x, y, Style.LINE);
    }
}
