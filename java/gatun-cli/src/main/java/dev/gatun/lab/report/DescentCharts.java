package dev.gatun.lab.report;

import dev.gatun.lab.Family;
import dev.gatun.lab.Point;
import dev.gatun.lab.Surface;
import dev.gatun.lab.Texts;
import dev.gatun.lab.Trajectory;
import dev.gatun.lab.Window;
import java.awt.Color;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Trajectories over the contour lines of their surface: a picture for each surface and family. */
final class DescentCharts {
    private static final Color CONTOUR = new Color(195, 205, 215);

    private DescentCharts() {}

    static List<Picture> all(List<Trajectory> trajectories) {
        Map<Surface, Map<Family, List<Trajectory>>> groups = new LinkedHashMap<>();
        for (Trajectory each : trajectories) {
            groups.computeIfAbsent(each.surface(), _ -> new EnumMap<>(Family.class))
                    .computeIfAbsent(each.method().family(), _ -> new ArrayList<>()).add(each);
        }
        List<Picture> pictures = new ArrayList<>();
        groups.forEach((surface, families) -> {
            Contours contours = new Contours(surface);
            families.forEach((family, members) -> pictures.add(picture(surface, contours, family, members)));
        });
        return pictures;
    }

    private static Picture picture(Surface surface, Contours contours, Family family, List<Trajectory> trajectories) {
        Window window = surface.window();
        XYChart chart = ChartStyle.lines(surface.name() + ": " + family.title(), "", "");
        chart.getStyler().setXAxisMin(window.left()).setXAxisMax(window.right()).setYAxisMin(window.bottom())
                .setYAxisMax(window.top()).setPlotGridLinesVisible(false)
                .setLegendPosition(Styler.LegendPosition.OutsideE);
        int number = 0;
        for (double level : contours.levels()) {
            contour(chart, "contour " + number++, contours.pieces(level));
        }
        for (int i = 0; i < trajectories.size(); i++) {
            trajectory(chart, window, trajectories.get(i), i);
        }
        number = 0;
        for (Point minimum : surface.minima()) {
            XYSeries mark = chart.addSeries("minimum " + number++, List.of(minimum.x()), List.of(minimum.y()));
            mark.setMarker(SeriesMarkers.CROSS).setMarkerColor(Color.RED).setShowInLegend(false);
        }
        return Picture.of("surface-" + surface.name() + "-" + family.word(),
                surface.formula() + ": " + family.title() + ", each with its best learning rate", chart);
    }

    /** All pieces as one series; a value that is not a number lifts the pen. */
    private static void contour(XYChart chart, String name, List<Contours.Piece> pieces) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (Contours.Piece piece : pieces) {
            x.addAll(List.of(piece.from().x(), piece.to().x(), piece.to().x()));
            y.addAll(List.of(piece.from().y(), piece.to().y(), Double.NaN));
        }
        if (!pieces.isEmpty()) {
            XYSeries series = chart.addSeries(name, x, y);
            series.setLineColor(CONTOUR).setLineWidth(1).setShowInLegend(false);
            series.setMarker(SeriesMarkers.NONE);
        }
    }

    private static void trajectory(XYChart chart, Window window, Trajectory trajectory, int index) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (Point point : trajectory.points()) {
            x.add(near(point.x(), window.left(), window.right()));
            y.add(near(point.y(), window.bottom(), window.top()));
        }
        XYSeries series = chart.addSeries(legend(trajectory), x, y);
        series.setMarker(SeriesMarkers.NONE).setLineColor(ChartStyle.colour(index))
                .setLineStyle(ChartStyle.stroke(index));
    }

    /** Far outside the picture a coordinate says nothing but its direction. */
    private static double near(double value, double low, double high) {
        return Math.clamp(value, low - (high - low), high + (high - low));
    }

    private static String legend(Trajectory trajectory) {
        int steps = trajectory.stepsToTolerance();
        return trajectory.method().title() + " at " + Texts.number(trajectory.learningRate())
                + (steps < 0 ? ": not settled" : ": " + steps + " steps");
    }
}
