package dev.gatun.lab.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.RadarChart;
import org.knowm.xchart.RadarChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How all charts look. */
final class ChartStyle {
    /** Okabe and Ito's colours, which people who do not see all colours tell apart; without the yellow, with a grey. */
    private static final Color[] COLOURS = {new Color(0, 114, 178), new Color(213, 94, 0), new Color(0, 158, 115),
        new Color(204, 121, 167), new Color(230, 159, 0), new Color(86, 180, 233), Color.BLACK,
        new Color(140, 140, 140)};

    /** Series that colours tell apart. */
    static final int MOST_SERIES = COLOURS.length;

    private static final int WIDTH = 720;
    private static final int HEIGHT = 440;
    private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 15);

    private ChartStyle() {}

    static XYChart lines(String title, String x, String y) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(x).yAxisTitle(y)
                .build();
        style(chart.getStyler());
        chart.getStyler().setPlotGridLinesColor(new Color(225, 225, 225)).setAxisTickLabelsFont(TEXT)
                .setAxisTitleFont(TEXT);
        return chart;
    }

    static RadarChart radar(String title) {
        RadarChart chart = new RadarChartBuilder().width(WIDTH).height(WIDTH * 5 / 8).title(title).build();
        style(chart.getStyler());
        chart.getStyler().setSeriesFilled(false).setRadiiTitleFont(TEXT);
        return chart;
    }

    private static void style(Styler styler) {
        styler.setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false).setChartTitleFont(TITLE)
                .setLegendFont(TEXT).setLegendBorderColor(Color.WHITE).setLegendPosition(Styler.LegendPosition.OutsideE)
                .setSeriesColors(COLOURS).setSeriesLines(strokes()).setSeriesMarkers(none()).setAntiAlias(true);
    }

    private static BasicStroke[] strokes() {
        BasicStroke[] strokes = new BasicStroke[MOST_SERIES];
        Arrays.setAll(strokes, ChartStyle::stroke);
        return strokes;
    }

    private static Marker[] none() {
        return new Marker[] {SeriesMarkers.NONE};
    }

    /** The colour of a series, for charts that hold other lines too. */
    static Color colour(int series) {
        return COLOURS[series % COLOURS.length];
    }

    /** Every second line is dashed, so that one below it can be seen. */
    static BasicStroke stroke(int series) {
        float[] dashes = series % 2 == 0 ? null : new float[] {7, 5};
        return new BasicStroke(1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, dashes, 0);
    }

    /** Adds a line; dots mark the values where there are few. */
    static XYSeries add(XYChart chart, String name, List<Double> x, List<Double> y, boolean dots) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(dots ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        return series;
    }
}
