package dev.gatun.lab;

import java.util.Comparator;
import java.util.List;

/** A function of two variables to be minimised, with a fixed start. */
public sealed interface Surface {
    /** Returns the name, of one word. */
    String name();

    /** Returns the formula. */
    String formula();

    /** Returns the value. */
    double value(Point at);

    /** Returns both partial derivatives. */
    Point gradient(Point at);

    /** Returns the second partial derivatives. */
    Hessian hessian(Point at);

    /** Returns the start of every optimizer. */
    Point start();

    /** Returns all minima. */
    List<Point> minima();

    /** Returns the window that a picture shows. */
    Window window();

    /** Returns the distance to the nearest minimum. */
    default double distance(Point at) {
        return at.distance(nearest(at));
    }

    /** Returns the nearest minimum. */
    default Point nearest(Point at) {
        return minima().stream().min(Comparator.comparingDouble(at::distance)).orElseThrow();
    }

    /** A symmetric matrix of second derivatives. */
    record Hessian(double xx, double xy, double yy) {}

    /**
     * {@code f(x) = 1/2 x'Px + q'x} with a symmetric, positive definite P.
     *
     * @param xx upper left element of P
     * @param xy upper right and lower left element of P
     * @param yy lower right element of P
     * @param qx first element of q
     * @param qy second element of q
     */
    record Quadratic(double xx, double xy, double yy, double qx, double qy) implements Surface {
        private static final Point START = new Point(4, 3);

        /** The default: curvatures 50 and 1, axes rotated by 30 degrees. */
        public static final Quadratic DEFAULT = new Quadratic(37.75, 21.218, 13.25, 1, -2);

        public Quadratic {
            if (!(xx > 0 && xx * yy - xy * xy > 0 && Double.isFinite(xx * yy) && Double.isFinite(qx + qy))) {
                throw new IllegalArgumentException("P = [[" + xx + ", " + xy + "], [" + xy + ", " + yy
                        + "]] must be positive definite, or f has no minimum");
            }
        }

        @Override
        public String name() {
            return "quadratic";
        }

        @Override
        public String formula() {
            return "1/2 x'Px + q'x, P = [[" + xx + ", " + xy + "], [" + xy + ", " + yy + "]], q = [" + qx + ", " + qy
                    + "]";
        }

        @Override
        public double value(Point at) {
            double x = at.x();
            double y = at.y();
            return (xx * x * x + 2 * xy * x * y + yy * y * y) / 2 + qx * x + qy * y;
        }

        @Override
        public Point gradient(Point at) {
            return new Point(xx * at.x() + xy * at.y() + qx, xy * at.x() + yy * at.y() + qy);
        }

        @Override
        public Hessian hessian(Point at) {
            return new Hessian(xx, xy, yy);
        }

        @Override
        public Point start() {
            return START;
        }

        /** Returns {@code -P^-1 q}. */
        @Override
        public List<Point> minima() {
            double determinant = xx * yy - xy * xy;
            return List.of(new Point((xy * qy - yy * qx) / determinant, (xy * qx - xx * qy) / determinant));
        }

        @Override
        public Window window() {
            return Window.around(START, minima().getFirst());
        }
    }

    /** Rosenbrock's function (1960), {@code (1 - x)^2 + 100 (y - x^2)^2}, from its usual start. */
    record Rosenbrock() implements Surface {
        @Override
        public String name() {
            return "rosenbrock";
        }

        @Override
        public String formula() {
            return "(1 - x)^2 + 100 (y - x^2)^2";
        }

        @Override
        public double value(Point at) {
            double across = at.y() - at.x() * at.x();
            return (1 - at.x()) * (1 - at.x()) + 100 * across * across;
        }

        @Override
        public Point gradient(Point at) {
            double across = at.y() - at.x() * at.x();
            return new Point(-2 * (1 - at.x()) - 400 * at.x() * across, 200 * across);
        }

        @Override
        public Hessian hessian(Point at) {
            return new Hessian(2 - 400 * at.y() + 1200 * at.x() * at.x(), -400 * at.x(), 200);
        }

        @Override
        public Point start() {
            return new Point(-1.2, 1);
        }

        @Override
        public List<Point> minima() {
            return List.of(new Point(1, 1));
        }

        @Override
        public Window window() {
            return new Window(-1.8, 1.8, -0.8, 2.2);
        }
    }

    /**
     * {@code x^2 / 2 + y^4 / 4 - y^2 / 2}: a saddle point at the origin between two minima; the start is close to its
     * ridge.
     */
    record Saddle() implements Surface {
        @Override
        public String name() {
            return "saddle";
        }

        @Override
        public String formula() {
            return "x^2 / 2 + y^4 / 4 - y^2 / 2";
        }

        @Override
        public double value(Point at) {
            double square = at.y() * at.y();
            return at.x() * at.x() / 2 + square * square / 4 - square / 2;
        }

        @Override
        public Point gradient(Point at) {
            return new Point(at.x(), at.y() * at.y() * at.y() - at.y());
        }

        @Override
        public Hessian hessian(Point at) {
            return new Hessian(1, 0, 3 * at.y() * at.y() - 1);
        }

        @Override
        public Point start() {
            return new Point(1.5, 0.01);
        }

        @Override
        public List<Point> minima() {
            return List.of(new Point(0, 1), new Point(0, -1));
        }

        @Override
        public Window window() {
            return new Window(-1.2, 1.8, -1.5, 1.5);
        }
    }
}
