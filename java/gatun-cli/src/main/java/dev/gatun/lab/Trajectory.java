package dev.gatun.lab;

import java.util.List;

/**
 * The path of a method on a surface.
 *
 * @param surface      surface
 * @param method       method
 * @param learningRate learning rate
 * @param points       points of the path from the start on, one for each step; it ends early before a point that is not
 *                     finite
 * @param steps        number of requested steps
 */
public record Trajectory(Surface surface, Method method, double learningRate, List<Point> points, int steps) {
    /** The distance to a minimum that counts as reached, as a fraction of that at the start. */
    public static final double TOLERANCE = 0.01;

    public Trajectory {
        points = List.copyOf(points);
    }

    /** Returns whether a point was not finite. */
    public boolean diverged() {
        return points.size() <= steps;
    }

    /** Returns the final distance from the nearest minimum; infinite if the method diverged. */
    public double distance() {
        return diverged() ? Double.POSITIVE_INFINITY : surface.distance(points.getLast());
    }

    /** Returns the step from which the distance to a minimum stays within the tolerance, or -1. */
    public int stepsToTolerance() {
        if (diverged()) {
            return -1;
        }
        double tolerance = TOLERANCE * surface.distance(surface.start());
        int step = points.size();
        while (step > 0 && surface.distance(points.get(step - 1)) <= tolerance) {
            step--;
        }
        return step == points.size() ? -1 : step;
    }

    /** Whether this one settles earlier than another, or else ends nearer to a minimum. */
    boolean isBetterThan(Trajectory other) {
        int mine = stepsToTolerance();
        int others = other.stepsToTolerance();
        if (mine != others && (mine >= 0 || others >= 0)) {
            return others < 0 || (mine >= 0 && mine < others);
        }
        return distance() < other.distance();
    }
}
