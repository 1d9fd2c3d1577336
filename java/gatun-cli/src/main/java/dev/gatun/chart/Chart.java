package dev.gatun.chart;

/** What can be drawn. */
public interface Chart {
    /** Returns what the chart shows. */
    String title();

    /** Draws the chart. */
    Drawing draw();

    /** Returns the chart as a file of SVG. */
    default String file() {
        return draw().file(title());
    }
}
