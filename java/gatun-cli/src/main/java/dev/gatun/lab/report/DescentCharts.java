package dev.gatun.lab.report;

import dev.gatun.chart.Axis;
import dev.gatun.chart.LineChart;
import dev.gatun.chart.Series;
import dev.gatun.chart.Series.Style;
import dev.gatun.lab.Family;
import dev.gatun.lab.Point;
import dev.gatun.lab.Surface;
import dev.gatun.lab.Texts;
import dev.gatun.lab.Trajectory;
import dev.gatun.lab.Window;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trajectories over the contour lines of their surface: a chart for each surface and family. */
final class DescentCharts {
    private DescentCharts() {}

    static List<NamedChart> all(List<Trajectory> trajectories) {
        Map<Surface, Map<Family, List<Trajectory>>> groups = new LinkedHashMap<>();
        for (Trajectory each : trajectories) {
            groups.computeIfAbsent(each.surface(), _ -> new EnumMap<>(Family.class))
                    .computeIfAbsent(each.method().family(), _ -> new ArrayList<>()).add(each);
        }
        List<NamedChart> charts = new ArrayList<>();
        groups.forEach((surface, families) -> {
            Contours contours = new Contours(surface);
            families.forEach((family, members) -> charts.add(chart(surface, contours, family, members)));
        });
        return charts;
    }

    private static NamedChart chart(Surface surface, Contours contours, Family family, List<Trajectory> trajectories) {
        Window window = surface.window();
        LineChart chart = new LineChart(surface.formula() + ": " + family.title(),
                Axis.linear("x").between(window.left(), window.right()),
                Axis.linear("y").between(window.bottom(), window.top()));
        trajectories.forEach(each -> chart.add(path(each)));
        contours.levels().forEach(level -> chart.add(contour(contours.lines(level))));
        chart.add(new Series("", surface.minima().stream().mapToDouble(Point::x).toArray(),
                surface.minima().stream().mapToDouble(Point::y).toArray(), Style.CROSSES));
        return new NamedChart("surface-" + surface.name() + "-" + family.word(), chart);
    }

    /** All lines of a level as one series; a value that is not a number lifts the pen. */
    private static Series contour(List<List<Point>> lines) {
        List<Point> points = new ArrayList<>();
        for (List<Point> line : lines) {
            points.addAll(line);
            points.add(new Point(Double.NaN, Double.NaN));
        }
        return series("", points, Style.CONTOUR);
    }

    private static Series path(Trajectory trajectory) {
        return series(legend(trajectory), trajectory.points(), Style.LINE);
    }

    private static Series series(String name, List<Point> points, Style style) {
        return new Series(name, points.stream().mapToDouble(Point::x).toArray(),
                points.stream().mapToDouble(Point::y).toArray(), style);
    }

    private static String legend(Trajectory trajectory) {
        int steps = trajectory.stepsToTolerance();
        return trajectory.method().title() + " at " + Texts.number(trajectory.learningRate())
                + (steps < 0 ? ": not settled" : ": " + steps + " steps");
    }
}
