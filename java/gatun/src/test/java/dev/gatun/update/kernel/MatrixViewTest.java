package dev.gatun.update.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import dev.gatun.update.ElementRange;
import org.junit.jupiter.api.Test;

class MatrixViewTest {
    /** Two groups of 3 outputs and 2 inputs, in blocks of 4 outputs and 2 inputs: the fourth output is padding. */
    private static final Stored GROUPS = Stored.of(TensorType.f32(2, 3, 2, 3),
            Layout.blocked(new long[] {24, 24, 24, 8}, new long[] {2, 4, 2, 3}, new int[] {4, 2}, new int[] {1, 2}));

    @Test
    void weightsOfGroupsAreTheMatrixOfAllOutputs() {
        MatrixView view = MatrixView.of(ElementRange.of(16, GROUPS, Shape.of(6, 2, 3), 0));
        assertThat(view.rows()).isEqualTo(6);
        assertThat(view.columns()).isEqualTo(6);
        for (int output = 0; output < 6; output++) {
            for (int input = 0; input < 2; input++) {
                for (int k = 0; k < 3; k++) {
                    assertThat(view.at(output, input * 3 + k))
                            .isEqualTo(16 + GROUPS.layout().offset(output / 3, output % 3, input, k));
                }
            }
        }
    }

    @Test
    void aShapeOfOtherElementsIsRefused() {
        assertThatThrownBy(() -> ElementRange.of(0, GROUPS, Shape.of(5, 2, 3), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a tensor and its shape wanted, or neither");
    }
}
