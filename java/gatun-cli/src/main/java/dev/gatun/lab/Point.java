package dev.gatun.lab;

/** A point in the plane. */
public record Point(double x, double y) {
    /** Returns the Euclidean distance. */
    public double distance(Point other) {
        return Math.hypot(x - other.x, y - other.y);
    }

    /** Returns whether both coordinates are finite. */
    public boolean isFinite() {
        return Double.isFinite(x) && Double.isFinite(y);
    }
}
