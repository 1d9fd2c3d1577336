package dev.gatun.lab;

/** The part of the plane that a picture shows. */
public record Window(double left, double right, double bottom, double top) {
    public Window {
        if (!(left < right && bottom < top)) {
            throw new IllegalArgumentException(
                    "nothing lies in [" + left + ", " + right + "] x [" + bottom + ", " + top + "]");
        }
    }

    /** The window that shows two points with as much room around them as lies between them. */
    static Window around(Point a, Point b) {
        double room = Math.max(a.distance(b) / 2, 1e-3);
        return new Window(Math.min(a.x(), b.x()) - room, Math.max(a.x(), b.x()) + room, Math.min(a.y(), b.y()) - room,
                Math.max(a.y(), b.y()) + room);
    }
}
