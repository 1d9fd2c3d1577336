package dev.gatun.chart;

/**
 * Values of a chart.
 *
 * @param name  what they are, as the legend says; empty for values that it leaves out
 * @param x     places on the horizontal axis
 * @param y     as many places on the vertical one; a value that is not finite interrupts the line
 * @param style how they are drawn
 */
public record Series(String name, double[] x, double[] y, Style style) {
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

    /** Checks that there are as many places on both axes. */
    public Series {
        if (x.length != y.length) {
            throw new IllegalArgumentException(name + ": " + x.length + " values of x, but " + y.length + " of y");
        }
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
