package dev.gatun.train.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
    /** The figures are scikit-learn's of the same labels, with zero_division=0. */
    @Test
    void measuresAreThoseOfTheBooks() {
        ConfusionMatrix matrix = new ConfusionMatrix(List.of("a", "b", "c", "never"));
        int[] actual = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2};
        int[] predicted = {0, 0, 1, 2, 1, 1, 0, 2, 1, 0};
        for (int i = 0; i < actual.length; i++) {
            matrix.add(actual[i], predicted[i]);
        }
        assertThat(matrix.examples()).isEqualTo(10);
        assertThat(matrix.correct()).isEqualTo(5);
        assertThat(matrix.accuracy()).isEqualTo(0.5);
        assertThat(matrix.count(2, 0)).isEqualTo(1);
        assertThat(matrix.predictions(1)).isEqualTo(4);
        assertThat(new double[] {matrix.precision(0), matrix.precision(1), matrix.precision(2), matrix.precision(3)})
                .containsExactly(0.5, 0.5, 0.5, 0);
        assertThat(new double[] {matrix.recall(0), matrix.recall(1), matrix.recall(2), matrix.recall(3)})
                .containsExactly(0.5, 2.0 / 3, 1.0 / 3, 0);
        assertThat(matrix.f1(1)).isCloseTo(0.5714285714285714, within(1e-15));
        assertThat(matrix.f1(3)).isZero();
        assertThat(matrix.macroF1()).isCloseTo((0.5 + 0.5714285714285714 + 0.4) / 3, within(1e-15));
        assertThat(matrix.macroRecall()).isCloseTo(0.5, within(1e-15));
        assertThat(matrix.macroPrecision()).isCloseTo(0.5, within(1e-15));
        assertThat(matrix.mostConfused(3)).extracting(ConfusionMatrix.Confusion::actual).containsExactly(0, 0, 1);
        assertThat(new ConfusionMatrix(List.of("a")).accuracy()).isNaN();
    }

    @Test
    void manyClassesCostNoSquare() {
        int classes = 100_000; // whose square are 80 GB of counts
        ConfusionMatrix matrix = new ConfusionMatrix(Collections.nCopies(classes, "c"));
        for (int c = 0; c < classes; c++) {
            matrix.add(c, (c + c % 2) % classes);
        }
        assertThat(matrix.macroRecall()).isEqualTo(0.5);
        assertThat(matrix.mostConfused(1)).containsExactly(new ConfusionMatrix.Confusion(1, 2, 1));
    }
}
