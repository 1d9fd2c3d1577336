package dev.gatun.lab.report;

import dev.gatun.lab.Point;
import dev.gatun.lab.Surface;
import dev.gatun.lab.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Contour lines of a surface, by marching squares on a grid. */
public final class Contours {
    private static final int CELLS = 96;
    private static final int LEVELS = 14;
    /** Levels rise as this power, so that they lie close where the surface is low. */
    private static final double CROWDING = 4;

    private final Window window;
    private final double[][] values = new double[CELLS + 1][CELLS + 1]; // [row from below][column]
    private double lowest = Double.POSITIVE_INFINITY;
    private double highest = Double.NEGATIVE_INFINITY;

    /** Evaluates a surface on a grid over its window. */
    public Contours(Surface surface) {
        this.window = surface.window();
        for (int row = 0; row <= CELLS; row++) {
            for (int column = 0; column <= CELLS; column++) {
                double value = surface.value(new Point(x(column), y(row)));
                values[row][column] = value;
                lowest = Math.min(lowest, value);
                highest = Math.max(highest, value);
            }
        }
    }

    private double x(double column) {
        return window.left() + (window.right() - window.left()) * column / CELLS;
    }

    private double y(double row) {
        return window.bottom() + (window.top() - window.bottom()) * row / CELLS;
    }

    /** Returns the values of the lines. */
    public List<Double> levels() {
        List<Double> levels = new ArrayList<>();
        for (int i = 1; i <= LEVELS; i++) {
            levels.add(lowest + (highest - lowest) * Math.pow(i / (LEVELS + 1.0), CROWDING));
        }
        return levels;
    }

    /** Returns the lines of one value: points in order, closed lines with the first point at their end again. */
    public List<List<Point>> lines(double level) {
        Map<Point, List<Point>> neighbours = new LinkedHashMap<>();
        for (int row = 0; row < CELLS; row++) {
            for (int column = 0; column < CELLS; column++) {
                List<Point> crossings = crossings(row, column, level);
                for (int i = 0; i + 1 < crossings.size(); i += 2) {
                    link(neighbours, crossings.get(i), crossings.get(i + 1));
                    link(neighbours, crossings.get(i + 1), crossings.get(i));
                }
            }
        }
        List<List<Point>> lines = new ArrayList<>();
        // Open lines begin at an end of theirs, which has one neighbour; what is left are closed ones.
        List<Point> ends = neighbours.entrySet().stream().filter(point -> point.getValue().size() == 1)
                .map(Map.Entry::getKey).toList();
        Stream.concat(ends.stream(), List.copyOf(neighbours.keySet()).stream()).forEach(start -> {
            List<Point> line = walk(neighbours, start);
            if (line.size() > 1) {
                lines.add(line);
            }
        });
        return lines;
    }

    private static void link(Map<Point, List<Point>> neighbours, Point from, Point to) {
        neighbours.computeIfAbsent(from, _ -> new ArrayList<>()).add(to);
    }

    /** Follows a line, and forgets what it passes. */
    private static List<Point> walk(Map<Point, List<Point>> neighbours, Point start) {
        List<Point> line = new ArrayList<>(List.of(start));
        for (Point at = start;;) {
            List<Point> next = neighbours.getOrDefault(at, List.of());
            if (next.isEmpty()) {
                return line;
            }
            Point to = next.removeFirst();
            neighbours.getOrDefault(to, new ArrayList<>()).remove(at);
            line.add(to);
            at = to;
        }
    }

    /** Where the level crosses the sides of a cell, in order around it. */
    private List<Point> crossings(int row, int column, double level) {
        double[] corners = {values[row][column], values[row][column + 1], values[row + 1][column + 1],
                values[row + 1][column]};
        List<Point> crossings = new ArrayList<>(4);
        for (int side = 0; side < 4; side++) {
            double from = corners[side];
            double to = corners[(side + 1) % 4];
            if (from < level != to < level) {
                crossings.add(switch (side) {
                    case 0 -> across(row, column, level);
                    case 1 -> upwards(row, column + 1, level);
                    case 2 -> across(row + 1, column, level);
                    default -> upwards(row, column, level);
                });
            }
        }
        return crossings;
    }

    /** On the side from a grid point to the one on its right: the same for both cells that share it. */
    private Point across(int row, int column, double level) {
        return new Point(x(column + share(values[row][column], values[row][column + 1], level)), y(row));
    }

    private Point upwards(int row, int column, double level) {
        return new Point(x(column), y(row + share(values[row][column], values[row + 1][column], level)));
    }

    private static double share(double from, double to, double level) {
        return (level - from) / (to - from);
    }
}
