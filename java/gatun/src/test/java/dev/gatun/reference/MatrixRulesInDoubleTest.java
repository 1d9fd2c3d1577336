package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.shape.Shape;
import dev.gatun.update.MatrixRuleFigures;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Muon and Adafactor against the figures of PyTorch 2.13.0, in double throughout. */
class MatrixRulesInDoubleTest {
    @ParameterizedTest
    @MethodSource("dev.gatun.update.MatrixRuleFigures#all")
    void figures(MatrixRuleFigures figures) {
        Shape shape = figures.shape();
        double[] weights = figures.weights();
        double[][] states = figures.rule().stateShapes(shape).values().stream()
                .map(state -> new double[Math.toIntExact(state.elements())]).toArray(double[][]::new);
        int rows = Math.toIntExact(shape.rank() < 2 ? 1 : shape.extent(0));
        for (int step = 1; step <= figures.steps(); step++) {
            figures.rule().step(step, rows, weights, figures.gradients(step), states);
            List<Double> wanted = figures.after(step);
            for (int i = 0; i < weights.length; i++) {
                assertThat(weights[i]).as("step %s, weight %s", step, i)
                        .isCloseTo(wanted.get(i), within(figures.tolerance()));
            }
        }
    }
}
