package dev.gatun.optim.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** L-BFGS, against PyTorch 2.13.0 in double; {@code src/test/golden/closures.py} wrote the figures. */
@ExtendWith(NoLeaks.class)
class LbfgsTest {
    private static final LbfgsOptions NONE = LbfgsOptions.DEFAULTS;
    private static final LbfgsOptions WOLFE = NONE.withLineSearch(LbfgsOptions.LineSearch.STRONG_WOLFE);
    private static final double[] VALLEY = {-1.2, 1};
    private static final double[] BOWL = {1, -2, 3, -4, 5};

    private final MemoryBudget memory = MemoryBudget.unlimited();

    static Stream<Arguments> cases() {
        Objective bowl = new Objectives.Quadratic(5);
        return Stream.of(
                Arguments.of("rosenbrock-wolfe", Objectives.ROSENBROCK, VALLEY, WOLFE.withMost(4, 5)),
                Arguments.of("rosenbrock-wolfe-history", Objectives.ROSENBROCK, VALLEY,
                WOLFE.withMost(2, 2).withHistory(2)),
                Arguments.of("rosenbrock-wolfe-evaluations", Objectives.ROSENBROCK, VALLEY, WOLFE.withMost(20, 3)),
                Arguments.of("rosenbrock-none", Objectives.ROSENBROCK, VALLEY,
                NONE.withLearningRate(0.1).withMost(3, 3)),
                Arguments.of("quadratic-wolfe", bowl, BOWL, WOLFE.withMost(5, 6)),
                Arguments.of("quadratic-none", bowl, BOWL, NONE.withLearningRate(0.5).withMost(3, 3)),
                Arguments.of("quadratic-defaults", bowl, BOWL, NONE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void goesWherePyTorchGoes(String name, Objective objective, double[] start, LbfgsOptions options) {
        List<double[]> figures = figures(name);
        assertThat(figures).isNotEmpty();
        try (Arena arena = Arena.ofConfined(); Lbfgs optimizer = new Lbfgs(memory, start.length, options)) {
            MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, start);
            for (double[] figure : figures) {
                double before = optimizer.step(objective, point);
                assertThat(before).as("value before step %s", figure[0]).isCloseTo(figure[1], within(1e-9));
                assertThat(optimizer.evaluations()).as("evaluations by step %s", figure[0]).isEqualTo((long) figure[2]);
                for (int i = 0; i < start.length; i++) {
                    assertThat(Objectives.get(point, i)).as("x%s after step %s", i, figure[0])
                            .isCloseTo(figure[i + 3], within(1e-9));
                }
            }
        }
    }

    private static List<double[]> figures(String name) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
                LbfgsTest.class.getResourceAsStream("lbfgs.txt")), StandardCharsets.UTF_8))) {
            return lines.lines().map(line -> line.split(" ", -1)).filter(words -> words[0].equals(name))
                    .map(words -> Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void goesOnFromItsStateInTheSameBits(String name, Objective objective, double[] start, LbfgsOptions options) {
        int steps = figures(name).size();
        for (int cut = 0; cut < steps; cut++) {
            double[] whole;
            try (Arena arena = Arena.ofConfined(); Lbfgs optimizer = new Lbfgs(memory, start.length, options)) {
                MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, start);
                run(optimizer, objective, point, steps);
                whole = point.toArray(ValueLayout.JAVA_DOUBLE);
            }
            try (Arena arena = Arena.ofConfined();
                    Lbfgs first = new Lbfgs(memory, start.length, options);
                    Lbfgs second = new Lbfgs(memory, start.length, options)) {
                MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, start);
                run(first, objective, point, cut);
                Map<String, double[]> state = first.state();
                second.restore(state);
                assertThat(second.state().keySet()).isEqualTo(state.keySet());
                state.forEach((key, value) -> assertThat(second.state().get(key)).as(key).isEqualTo(value));
                run(second, objective, point, steps - cut);
                assertThat(point.toArray(ValueLayout.JAVA_DOUBLE)).as("cut after %s", cut).isEqualTo(whole);
            }
        }
    }

    private static void run(Lbfgs optimizer, Objective objective, MemorySegment point, int steps) {
        for (int step = 0; step < steps; step++) {
            optimizer.step(objective, point);
        }
    }

    @Test
    void statesHavePyTorchsNames() {
        try (Arena arena = Arena.ofConfined(); Lbfgs optimizer = new Lbfgs(memory, 2, WOLFE.withHistory(3))) {
            assertThat(optimizer.state().keySet()).containsExactly("n_iter", "func_evals");
            MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, VALLEY);
            optimizer.step(Objectives.ROSENBROCK, point);
            Map<String, Integer> lengths = new LinkedHashMap<>();
            optimizer.state().forEach((name, values) -> lengths.put(name, values.length));
            assertThat(lengths).containsExactlyInAnyOrderEntriesOf(Map.of("n_iter", 1, "func_evals", 1, "d", 2, "t", 1,
                    "H_diag", 1, "prev_flat_grad", 2, "prev_loss", 1, "old_dirs", 6, "old_stps", 6, "ro", 3));
        }
    }

    @Test
    void aStateThatDoesNotFitIsRefusedAndChangesNothing() {
        try (Arena arena = Arena.ofConfined();
                Lbfgs optimizer = new Lbfgs(memory, 2, WOLFE.withHistory(4));
                Lbfgs shorter = new Lbfgs(memory, 2, WOLFE.withHistory(1));
                Lbfgs other = new Lbfgs(memory, 3, WOLFE)) {
            MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, VALLEY);
            optimizer.step(Objectives.ROSENBROCK, point);
            assertThatThrownBy(() -> shorter.restore(optimizer.state())).hasMessageContaining("remembers 1");
            assertThatThrownBy(() -> other.restore(optimizer.state())).hasMessageContaining("3 numbers under d");
            Map<String, double[]> lacking = new HashMap<>(optimizer.state());
            lacking.remove("prev_loss");
            assertThatThrownBy(() -> optimizer.restore(lacking))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("prev_loss, got none");
            assertThat(shorter.iterations()).isZero();
            assertThat(other.state().keySet()).containsExactly("n_iter", "func_evals");
        }
    }

    @Test
    void nothingChangesWhereTheObjectiveIsNotFinite() {
        try (Arena arena = Arena.ofConfined(); Lbfgs optimizer = new Lbfgs(memory, 2, WOLFE)) {
            MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, Double.NaN, 1);
            assertThat(optimizer.step(Objectives.ROSENBROCK, point)).isNaN();
            assertThat(point.toArray(ValueLayout.JAVA_DOUBLE)).containsExactly(Double.NaN, 1);
            assertThat(optimizer.iterations()).isZero();
        }
    }

    @Test
    void memoryIsCountedAndMisuseIsNamed() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment point = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, VALLEY);
            Lbfgs optimizer = new Lbfgs(memory, 2, NONE.withHistory(10));
            assertThat(memory.used()).isEqualTo((2 * 10 + 8) * 2L * Double.BYTES);
            assertThatThrownBy(() -> optimizer.step(Objectives.ROSENBROCK, point.asReadOnly()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> optimizer.step(Objectives.ROSENBROCK, point.asSlice(0, 8)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2 doubles");
            optimizer.close();
            optimizer.close();
            assertThat(memory.used()).isZero();
            assertThatThrownBy(() -> optimizer.step(Objectives.ROSENBROCK, point))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
            assertThatThrownBy(() -> new Lbfgs(memory, 0, NONE)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> NONE.withHistory(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> NONE.withLearningRate(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
