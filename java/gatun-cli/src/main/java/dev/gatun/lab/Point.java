package dev.gatun.lab;

/** A point of the plane. */
public record Point(double x, double y) {
    /** Euclidean distance. */
    public double distance(Point other) {
        return Math.hypot(x - other.x, y - other.y);
    }

    /** Whether both coordinates are finite. */
    public boolean isFinite() {
        return Double.isFinite(x) && Double.isFinite(y);
    }
}
