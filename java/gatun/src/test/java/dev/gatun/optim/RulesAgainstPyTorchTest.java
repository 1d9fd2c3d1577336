package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.TestDevices;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.ElementRange;
import dev.gatun.update.RuleFigures;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule on each device against PyTorch's figures. */
@ExtendWith(NoLeaks.class)
class RulesAgainstPyTorchTest {
    @ParameterizedTest
    @MethodSource("dev.gatun.update.RuleFigures#all")
    void stepsArePyTorchs(RuleFigures figures) {
        for (String backend : TestDevices.all()) {
            try (Vectors vectors = new Vectors(backend, 2);
                    Optimizer optimizer = vectors.optimizer(List.of(figures.rule()), new ElementRange(0, 2, 0))) {
                vectors.weights(RuleFigures.weights());
                for (int step = 1; step <= figures.steps(); step++) {
                    vectors.gradients(RuleFigures.gradients(step));
                    assertThat(optimizer.step()).isTrue();
                    List<Double> wanted = figures.after().getOrDefault(step, List.of());
                    for (int i = 0; i < wanted.size(); i++) {
                        float figure = wanted.get(i).floatValue();
                        assertThat(vectors.weights()[i])
                                .as("%s: weight %s after step %s", backend, i, step)
                                .isCloseTo(figure, within(4 * Math.ulp(figure)));
                    }
                }
                assertThat(optimizer.steps()).isEqualTo(figures.steps());
            }
        }
    }
}
