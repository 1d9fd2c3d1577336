package dev.gatun.optim.secondorder;

import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * L-BFGS (Liu and Nocedal, 1989) as PyTorch defines it, for small problems in double precision. A step follows the
 * gradient multiplied by an approximation of the inverse Hessian that is built from the latest changes. It needs memory
 * for {@code 2 * history + 8} points.
 */
public final class Lbfgs implements AutoCloseable {
    private static final double LEAST_CURVATURE = 1e-10;
    private static final int TRIALS = 3; // gradients that a line search holds: both ends of its bracket, and a new one
    private static final int VECTORS = 5 + TRIALS;

    private final long n;
    private final LbfgsOptions options;
    private final HostBuffer slab;
    private final LbfgsHistory history;
    private final DoubleVector direction;
    private final DoubleVector gradient;
    private final DoubleVector previousGradient;
    private final DoubleVector change;
    private final DoubleVector origin;
    private final DoubleVector[] trials = new DoubleVector[TRIALS];
    private double distance;
    private double inverseScale = 1;
    private double previousValue;
    private long iterations;
    private long evaluations;

    /** Creates an optimizer of {@code n} variables without history. */
    public Lbfgs(MemoryBudget memory, long n, LbfgsOptions options) {
        if (n < 1) {
            throw new IllegalArgumentException("lbfgs needs at least one number to find, got " + n);
        }
        this.n = n;
        this.options = options;
        long vectors = VECTORS + 2L * options.history();
        slab = memory.allocate(Role.OPTIMIZER_STATE, "lbfgs", Math.multiplyExact(vectors, n * Double.BYTES));
        MemorySegment all = slab.segment();
        direction = DoubleVector.at(all, n, 0);
        gradient = DoubleVector.at(all, n, 1);
        previousGradient = DoubleVector.at(all, n, 2);
        change = DoubleVector.at(all, n, 3);
        origin = DoubleVector.at(all, n, 4);
        for (int i = 0; i < TRIALS; i++) {
            trials[i] = DoubleVector.at(all, n, 5 + i);
        }
        history = new LbfgsHistory(all.asSlice(VECTORS * n * Double.BYTES), n, options.history());
    }

    /**
     * Takes one step of several iterations. Where the value or the gradient at the point is not finite, nothing
     * changes.
     *
     * @param point (n) f64, updated in place
     * @return value of the objective before the step
     */
    public double step(Objective objective, MemorySegment point) {
        DoubleVector x = DoubleVector.checked("the point of lbfgs", point, n);
        slab.segment(); // throws when closed
        double before = objective.evaluate(point, gradient.memory());
        if (!Double.isFinite(before) || !Double.isFinite(gradient.largest())) {
            return before;
        }
        evaluations++;
        if (gradient.largest() <= options.toleranceGradient()) {
            return before;
        }
        double value = before;
        int used = 1;
        for (int iteration = 1; iteration <= options.maxIterations(); iteration++) {
            iterations++;
            turn();
            previousGradient.set(gradient);
            previousValue = value;
            distance = options.learningRate() * (iterations == 1 ? Math.min(1, 1 / gradient.sumOfMagnitudes()) : 1);
            double slope = gradient.dot(direction);
            if (slope > -options.toleranceChange()) {
                break;
            }
            int more = 0;
            switch (options.lineSearch()) {
                case NONE -> {
                    x.add(distance, direction);
                    if (iteration < options.maxIterations()) { // otherwise nobody asks for it
                        value = objective.evaluate(point, gradient.memory());
                        more = 1;
                    }
                }
                case STRONG_WOLFE -> {
                    StrongWolfe search = new StrongWolfe(line(objective, x),
                            new StrongWolfe.Trial(0, value, slope, previousGradient), direction.largest(),
                            options.toleranceChange(), options.maxEvaluations() - used);
                    origin.set(x);
                    StrongWolfe.Trial best = search.search(distance);
                    value = best.value();
                    distance = best.distance();
                    gradient.set(best.gradient());
                    more = search.evaluations();
                    x.set(origin);
                    x.add(distance, direction);
                }
            }
            used += more;
            evaluations += more;
            if (used >= options.maxEvaluations() || gradient.largest() <= options.toleranceGradient()
                    || Math.abs(distance) * direction.largest() <= options.toleranceChange()
                    || Math.abs(value - previousValue) < options.toleranceChange()) {
                break;
            }
        }
        return before;
    }

    /** The next direction, from the gradient and what the latest step changed. */
    private void turn() {
        if (iterations == 1) {
            direction.set(-1, gradient);
            history.clear();
            inverseScale = 1;
            return;
        }
        previousGradient.set(-1, previousGradient);
        previousGradient.add(1, gradient); // now the change of the gradient
        change.set(distance, direction);
        double curvature = previousGradient.dot(change);
        if (curvature > LEAST_CURVATURE) {
            history.add(previousGradient, change, 1 / curvature);
            inverseScale = curvature / previousGradient.dot(previousGradient);
        }
        history.direction(gradient, inverseScale, direction);
    }

    private StrongWolfe.Line line(Objective objective, DoubleVector x) {
        return (at, one, other) -> {
            x.set(origin);
            x.add(at, direction);
            DoubleVector there = free(one, other);
            double value = objective.evaluate(x.memory(), there.memory());
            return new StrongWolfe.Trial(at, value, there.dot(direction), there);
        };
    }

    private DoubleVector free(StrongWolfe.Trial one, StrongWolfe.Trial other) {
        for (DoubleVector trial : trials) {
            if (!trial.equals(one.gradient()) && !trial.equals(other.gradient())) {
                return trial;
            }
        }
        throw new IllegalStateException("two trials hold three gradients");
    }

    /** Returns the number of iterations of all steps. */
    public long iterations() {
        return iterations;
    }

    /** Returns the number of evaluations of the objective. */
    public long evaluations() {
        return evaluations;
    }

    /** Returns the state under PyTorch's names: {@code n_iter} and {@code func_evals}; */
    public Map<String, double[]> state() {
        Map<String, double[]> state = new LinkedHashMap<>();
        state.put("n_iter", new double[] {iterations});
        state.put("func_evals", new double[] {evaluations});
        if (iterations > 0) {
            state.put("d", direction.toArray());
            state.put("t", new double[] {distance});
            state.put("H_diag", new double[] {inverseScale});
            state.put("prev_flat_grad", previousGradient.toArray());
            state.put("prev_loss", new double[] {previousValue});
            int columns = Math.toIntExact(n);
            double[] gradientChanges = new double[history.count() * columns];
            double[] pointChanges = new double[history.count() * columns];
            double[] inverses = new double[history.count()];
            for (int i = 0; i < inverses.length; i++) {
                System.arraycopy(history.gradientChange(i).toArray(), 0, gradientChanges, i * columns, columns);
                System.arraycopy(history.pointChange(i).toArray(), 0, pointChanges, i * columns, columns);
                inverses[i] = history.inverse(i);
            }
            state.put("old_dirs", gradientChanges);
            state.put("old_stps", pointChanges);
            state.put("ro", inverses);
        }
        return state;
    }

    /**
     * Restores a result of {@link #state}.
     *
     * @throws IllegalArgumentException when it does not fit; nothing has changed then
     */
    public void restore(Map<String, double[]> state) {
        double savedIterations = values(state, "n_iter", 1)[0];
        double savedEvaluations = values(state, "func_evals", 1)[0];
        if (savedIterations > 0) {
            double[] inverses = values(state, "ro", -1);
            if (inverses.length > options.history()) {
                throw new IllegalArgumentException("the state of lbfgs has " + inverses.length
                        + " pairs, this optimizer remembers " + options.history());
            }
            final double[] d = values(state, "d", n);
            final double t = values(state, "t", 1)[0];
            final double scale = values(state, "H_diag", 1)[0];
            final double[] previous = values(state, "prev_flat_grad", n);
            final double loss = values(state, "prev_loss", 1)[0];
            MemorySegment gradientChanges = MemorySegment.ofArray(values(state, "old_dirs", inverses.length * n));
            MemorySegment pointChanges = MemorySegment.ofArray(values(state, "old_stps", inverses.length * n));
            direction.set(d);
            distance = t;
            inverseScale = scale;
            previousGradient.set(previous);
            previousValue = loss;
            history.clear();
            for (int i = 0; i < inverses.length; i++) {
                history.add(DoubleVector.at(gradientChanges, n, i), DoubleVector.at(pointChanges, n, i), inverses[i]);
            }
        }
        iterations = (long) savedIterations;
        evaluations = (long) savedEvaluations;
    }

    private static double[] values(Map<String, double[]> state, String name, long length) {
        double @Nullable [] values = state.get(name);
        if (values == null || (length >= 0 && values.length != length)) {
            throw new IllegalArgumentException("the state of lbfgs needs "
                    + (length >= 0 ? length + " numbers" : "numbers")
                    + " under " + name + ", got " + (values == null ? "none" : values.length));
        }
        return values;
    }

    @Override
    public void close() {
        slab.close();
    }
}
