package dev.gatun.lab.report;

import dev.gatun.lab.Point;
import dev.gatun.lab.Surface;
import dev.gatun.lab.Window;
import java.util.ArrayList;
import java.util.List;

/** Contour lines of a surface, by marching squares on a grid. */
public final class Contours {
    private static final int CELLS = 150;
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

    /** A segment of a line. */
    public record Piece(Point from, Point to) {}

    /** Returns the segments of the lines of one value. */
    public List<Piece> pieces(double level) {
        List<Piece> pieces = new ArrayList<>();
        for (int row = 0; row < CELLS; row++) {
            for (int column = 0; column < CELLS; column++) {
                List<Point> crossings = crossings(row, column, level);
                for (int i = 0; i + 1 < crossings.size(); i += 2) {
                    pieces.add(new Piece(crossings.get(i), crossings.get(i + 1)));
                }
            }
        }
        return pieces;
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
                double share = (level - from) / (to - from);
                crossings.add(switch (side) {
                    case 0 -> new Point(x(column + share), y(row));
                    case 1 -> new Point(x(column + 1), y(row + share));
                    case 2 -> new Point(x(column + 1 - share), y(row + 1));
                    default -> new Point(x(column), y(row + 1 - share));
                });
            }
        }
        return crossings;
    }
}
