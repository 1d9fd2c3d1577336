package dev.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.shape.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What movements and reductions refuse. */
class TensorMessagesTest {
    private final GraphBuilder graph = new GraphBuilder();
    private final Value rows = graph.input("rows", TensorType.f32(4, 6));
    private final Value images = graph.input("images", TensorType.f32(2, 6, 4, 5));

    @Test
    void movements() {
        assertThatThrownBy(() -> TensorFunctions.split(graph, "parts", rows, 1, List.of(2L, 3L)))
                .hasMessage("parts: parts of [2, 3] do not fill the 6 along axis 1 of (4x6)");
        assertThatThrownBy(() -> TensorFunctions.split(graph, "parts", rows, 1, List.of(7L, -1L)))
                .hasMessage("parts: parts of [7, -1] do not fill the 6 along axis 1 of (4x6)");
        assertThatThrownBy(() -> TensorFunctions.split(graph, "parts", rows, 1, List.of(Long.MAX_VALUE, 7L)))
                .hasMessageContaining("do not fill the 6");
        assertThatThrownBy(() -> ImageFunctions.pixelShuffle(graph, "up", images, 2))
                .hasMessage("up: 6 along axis 1 of (2x6x4x5) do not split into 4 equal parts");
        assertThatThrownBy(() -> ImageFunctions.pixelShuffle(graph, "up", images, 0))
                .hasMessage("up: 6 along axis 1 of (2x6x4x5) do not split into 0 equal parts");
        assertThatThrownBy(() -> ImageFunctions.pixelUnshuffle(graph, "down", images, 2))
                .hasMessage("down: 5 along axis 3 of (2x6x4x5) do not split into 2 equal parts");
        assertThatThrownBy(() -> ImageFunctions.channelShuffle(graph, "shuffle", rows, 2))
                .hasMessage("shuffle: (N, C, H, W) wanted, got (4x6)");
    }

    @Test
    void reductions() {
        assertThatThrownBy(() -> Reductions.over(graph, "norm", 1).norm(rows, 0.5))
                .hasMessage("norm: a norm's p must be at least 1, got 0.5");
        assertThatThrownBy(() -> Reductions.over(graph, "sum", 2).sum(rows))
                .hasMessage("sum: axis 2 of a tensor (4x6)");
        assertThatThrownBy(() -> new ParametricFunction.Power(Double.NaN))
                .hasMessage("power: the exponent must be finite, got NaN");
    }

    @Test
    void aRollByNothingIsTheValueItself() {
        assertThat(TensorFunctions.roll(graph, "roll", rows, 1, -12)).isSameAs(rows);
    }
}
