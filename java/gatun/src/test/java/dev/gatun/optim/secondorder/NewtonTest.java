package dev.gatun.optim.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Newton's method. */
@ExtendWith(NoLeaks.class)
class NewtonTest {
    private final MemoryBudget memory = MemoryBudget.unlimited();

    /** An objective that keeps its second derivatives to itself. */
    private record FirstOrder(Objective of) implements Objective {
        @Override
        public double evaluate(MemorySegment point, MemorySegment gradient) {
            return of.evaluate(point, gradient);
        }
    }

    @Test
    void oneStepFindsTheMinimumOfAQuadratic() {
        Objectives.Quadratic quadratic = new Objectives.Quadratic(5);
        for (Objective objective : List.of(quadratic, new FirstOrder(quadratic))) {
            double precision = objective instanceof Objective.WithHessian ? 1e-14 : 1e-8;
            try (Arena arena = Arena.ofConfined(); Newton newton = new Newton(memory, 5, NewtonOptions.DEFAULTS)) {
                MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, 1, -2, 3, -4, 5);
                MemorySegment gradient = arena.allocate(5 * Double.BYTES);
                assertThat(newton.step(objective, point)).isEqualTo(472.5);
                double minimum = objective.evaluate(point, gradient);
                assertThat(gradient.toArray(ValueLayout.JAVA_DOUBLE))
                        .containsExactly(new double[5], within(25 * precision));
                assertThat(minimum).isCloseTo(-0.6290517132558172, within(1e-14)); // by numpy.linalg.solve
                assertThat(newton.damping()).isZero();
            }
        }
    }

    @Test
    void aBentValleyIsWalkedInAFewSteps() {
        try (Arena arena = Arena.ofConfined(); Newton newton = new Newton(memory, 2, NewtonOptions.DEFAULTS)) {
            MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, -1.2, 1);
            double before = Double.POSITIVE_INFINITY;
            for (int step = 0; step < 25; step++) {
                double value = newton.step(Objectives.ROSENBROCK, point);
                assertThat(value).as("never up").isLessThanOrEqualTo(before);
                before = value;
            }
            assertThat(point.toArray(ValueLayout.JAVA_DOUBLE)).containsExactly(new double[] {1, 1}, within(1e-8));
        }
    }

    @Test
    void besideASaddleTheHessianIsDampedAndTheStepGoesDown() {
        try (Arena arena = Arena.ofConfined(); Newton newton = new Newton(memory, 2, NewtonOptions.DEFAULTS)) {
            MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, 0.1, 1);
            newton.step(Objectives.SADDLE, point);
            assertThat(newton.damping()).as("the Hessian has the eigenvalue 12 * 0.01 - 2").isGreaterThan(1.88);
            for (int step = 0; step < 30; step++) {
                newton.step(Objectives.SADDLE, point);
            }
            assertThat(point.toArray(ValueLayout.JAVA_DOUBLE))
                    .containsExactly(new double[] {Math.sqrt(0.5), 0}, within(1e-8));
            assertThat(newton.damping()).isZero();
        }
    }

    @Test
    void thePointStaysWhereNothingIsToBeGained() {
        try (Arena arena = Arena.ofConfined(); Newton newton = new Newton(memory, 2, NewtonOptions.DEFAULTS)) {
            for (double[] start : List.of(new double[] {1, 1}, new double[] {Double.NaN, 0})) {
                MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, start);
                newton.step(Objectives.ROSENBROCK, point);
                assertThat(point.toArray(ValueLayout.JAVA_DOUBLE)).isEqualTo(start);
            }
            Objective wrong = (at, gradient) -> { // its gradient points the other way: no step goes down
                Objectives.set(gradient, -1, 0);
                return Objectives.get(at, 0);
            };
            MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, 3, 4);
            newton.step(wrong, point);
            assertThat(point.toArray(ValueLayout.JAVA_DOUBLE)).containsExactly(3, 4);
        }
    }

    @Test
    void memoryIsCountedAndMisuseIsNamed() {
        Newton newton = new Newton(memory, 3, NewtonOptions.DEFAULTS);
        assertThat(memory.used()).isEqualTo((5 * 3 + 2 * 9) * 8L);
        newton.close();
        assertThat(memory.used()).isZero();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment point = arena.allocate(3 * Double.BYTES, 8);
            assertThatThrownBy(() -> newton.step(new Objectives.Quadratic(3), point))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> newton.step(new Objectives.Quadratic(3), point.asReadOnly()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new Newton(memory, 0, NewtonOptions.DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NewtonOptions.DEFAULTS.withDamping(0, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NewtonOptions.DEFAULTS.withDamping(1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NewtonOptions.DEFAULTS.withLineSearch(0.6, 0.5, 3))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
