package dev.gatun.optim.secondorder;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Functions to minimize; {@code src/test/golden/closures.py} has the same. */
final class Objectives {
    private Objectives() {}

    static double get(MemorySegment memory, long i) {
        return memory.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
    }

    static void set(MemorySegment memory, double... values) {
        for (int i = 0; i < values.length; i++) {
            memory.setAtIndex(ValueLayout.JAVA_DOUBLE, i, values[i]);
        }
    }

    /** A bent valley with its minimum, 0, at (1, 1). */
    static final Objective ROSENBROCK = (point, gradient) -> {
        double x = get(point, 0);
        double y = get(point, 1);
        double rise = y - x * x;
        set(gradient, -2 * (1 - x) - 400 * x * rise, 200 * rise);
        return (1 - x) * (1 - x) + 100 * rise * rise;
    };

    /** A quadratic of any dimension, ill-conditioned and coupled. */
    record Quadratic(int n) implements Objective.WithHessian {
        @Override
        public double evaluate(MemorySegment point, MemorySegment gradient) {
            double value = 0;
            for (int i = 0; i < n; i++) {
                double x = get(point, i);
                double before = i > 0 ? get(point, i - 1) : 0;
                double after = i < n - 1 ? get(point, i + 1) : 0;
                value += 0.5 * (i + 1) * (i + 1) * x * x + x + 0.5 * x * before;
                gradient.setAtIndex(ValueLayout.JAVA_DOUBLE, i, (i + 1) * (i + 1) * x + 1 + 0.5 * (before + after));
            }
            return value;
        }

        @Override
        public void hessian(MemorySegment point, MemorySegment hessian) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    hessian.setAtIndex(ValueLayout.JAVA_DOUBLE, (long) i * n + j,
                            i == j ? (i + 1.0) * (i + 1) : Math.abs(i - j) == 1 ? 0.5 : 0);
                }
            }
        }
    }

    /** x^4 - x^2 + y^2: a saddle at 0, minima at x = +-1/sqrt(2). */
    static final Objective SADDLE = (point, gradient) -> {
        double x = get(point, 0);
        double y = get(point, 1);
        set(gradient, 4 * x * x * x - 2 * x, 2 * y);
        return x * x * x * x - x * x + y * y;
    };
}
