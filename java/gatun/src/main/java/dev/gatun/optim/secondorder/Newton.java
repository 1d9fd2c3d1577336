package dev.gatun.optim.secondorder;

import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;

/**
 * Newton's method in double precision, for problems small enough to store a Hessian. If the Hessian is not positive
 * definite, a growing multiple of the identity is added until it is (Nocedal and Wright, algorithm 3.3); a step with
 * too small a decrease is shortened. The Hessian is the objective's own, or central differences of its gradient. There
 * is no state between steps.
 */
public final class Newton implements AutoCloseable {
    private final long n;
    private final NewtonOptions options;
    private final HostBuffer slab;
    private final DoubleVector gradient;
    private final DoubleVector direction;
    private final DoubleVector origin;
    private final DoubleVector forward;
    private final DoubleVector backward;
    private final DoubleVector hessian;
    private final DoubleVector factor;
    private double damping;

    /** Creates an optimizer of {@code n} variables. */
    public Newton(MemoryBudget memory, long n, NewtonOptions options) {
        if (n < 1) {
            throw new IllegalArgumentException("newton needs at least one number to find, got " + n);
        }
        this.n = n;
        this.options = options;
        long square = Math.multiplyExact(n, n);
        slab = memory.allocate(Role.OPTIMIZER_STATE, "newton",
                Math.multiplyExact(5 * n + 2 * square, (long) Double.BYTES));
        MemorySegment all = slab.segment();
        gradient = DoubleVector.at(all, n, 0);
        direction = DoubleVector.at(all, n, 1);
        origin = DoubleVector.at(all, n, 2);
        forward = DoubleVector.at(all, n, 3);
        backward = DoubleVector.at(all, n, 4);
        MemorySegment matrices = all.asSlice(5 * n * Double.BYTES);
        hessian = DoubleVector.at(matrices, square, 0);
        factor = DoubleVector.at(matrices, square, 1);
    }

    /**
     * Takes one step. The point stays where it is if the gradient is within the tolerance, a value is not finite, or no
     * step length gives a sufficient decrease.
     *
     * @param point (n) f64, updated in place
     * @return value of the objective before the step
     */
    public double step(Objective objective, MemorySegment point) {
        DoubleVector x = DoubleVector.checked("the point of newton", point, n);
        slab.segment(); // throws when closed
        double value = objective.evaluate(point, gradient.memory());
        double largest = gradient.largest();
        if (!Double.isFinite(value) || !Double.isFinite(largest) || largest <= options.toleranceGradient()) {
            return value;
        }
        origin.set(x);
        if (objective instanceof Objective.WithHessian twice) {
            twice.hessian(point, hessian.memory());
        } else {
            differences(objective, x);
        }
        if (Double.isFinite(hessian.largest()) && turn()) {
            search(objective, x, value);
        }
        return value;
    }

    /** Column by column: how the gradient changes a little to both sides; then the mean with its transpose. */
    private void differences(Objective objective, DoubleVector x) {
        for (long j = 0; j < n; j++) {
            double width = Math.cbrt(Math.ulp(1.0)) * Math.max(1, Math.abs(origin.get(j)));
            x.set(j, origin.get(j) + width);
            objective.evaluate(x.memory(), forward.memory());
            x.set(j, origin.get(j) - width);
            objective.evaluate(x.memory(), backward.memory());
            x.set(j, origin.get(j));
            for (long i = 0; i < n; i++) {
                hessian.set(i * n + j, (forward.get(i) - backward.get(i)) / (2 * width));
            }
        }
        for (long i = 0; i < n; i++) {
            for (long j = 0; j < i; j++) {
                double mean = (hessian.get(i * n + j) + hessian.get(j * n + i)) / 2;
                hessian.set(i * n + j, mean);
                hessian.set(j * n + i, mean);
            }
        }
    }

    /** Solves for the direction; false where no finite damping makes the Hessian positive definite. */
    private boolean turn() {
        double least = Double.POSITIVE_INFINITY;
        for (long i = 0; i < n; i++) {
            least = Math.min(least, hessian.get(i * n + i));
        }
        damping = least > 0 ? 0 : options.damping() - least;
        Cholesky cholesky = new Cholesky(factor, n);
        while (!factored(cholesky)) {
            damping = Math.max(options.dampingGrowth() * damping, options.damping());
            if (!Double.isFinite(damping)) {
                return false;
            }
        }
        direction.set(-1, gradient);
        cholesky.solve(direction);
        return true;
    }

    private boolean factored(Cholesky cholesky) {
        factor.set(hessian);
        for (long i = 0; i < n; i++) {
            factor.set(i * n + i, hessian.get(i * n + i) + damping);
        }
        return cholesky.factor();
    }

    private void search(Objective objective, DoubleVector x, double value) {
        double slope = gradient.dot(direction);
        double length = 1;
        for (int i = 0; i <= options.maxShortenings(); i++) {
            x.set(origin);
            x.add(length, direction);
            if (objective.evaluate(x.memory(), forward.memory())
                    <= value + options.sufficientDecrease() * length * slope) {
                return;
            }
            length *= options.shortening();
        }
        x.set(origin);
    }

    /** Returns the multiple of the identity that was added to the latest Hessian; 0 if it was positive definite. */
    public double damping() {
        return damping;
    }

    @Override
    public void close() {
        slab.close();
    }
}
