package dev.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.ArgMax;
import dev.gatun.op.OneHot;
import dev.gatun.op.Resample;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.Sampling;
import dev.gatun.shape.DType;
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
    void resizesAndPads() {
        assertThatThrownBy(() -> ImageFunctions.resize(graph, "up", rows, 2, 2, ImageFunctions.Interpolation.NEAREST))
                .hasMessage("up: (N, C, H, W) wanted, got (4x6)");
        assertThatThrownBy(() -> ImageFunctions.resize(
                graph, "up", images, 0, 2, ImageFunctions.Interpolation.BILINEAR))
                .hasMessage("resize_linear: an extent from 1 to 2^31 - 1 wanted, got 0");
        assertThatThrownBy(() -> ImageFunctions.reflectionPad(graph, "pad", images, 4))
                .hasMessage("pad_reflect: at least 5 places to take from wanted, got 4");
        assertThatThrownBy(() -> ImageFunctions.replicationPad(graph, "pad", images, -1))
                .hasMessage("pad_replicate: from 0 to 2^31 - 1 places before and after wanted, got -1 and -1");
        assertThatThrownBy(() -> new Resample(-1, new Sampling.Nearest(2)))
                .hasMessage("resize_nearest: axis is counted from 0, got -1");
    }

    @Test
    void labelsAndPlaces() {
        assertThatThrownBy(() -> graph.apply("hot", new OneHot(3, 5, 0, DType.F32), graph.input(
                "labels", TensorType.i32(2, 2)))).hasMessage("one_hot: classes along axis 3 of labels (2x2)");
        assertThatThrownBy(() -> graph.apply("hot", new OneHot(0, 5, 0, DType.F32), rows))
                .hasMessage("one_hot: labels must be i32, got f32(4x6)");
        assertThatThrownBy(() -> new OneHot(0, 0, 0, DType.F32))
                .hasMessage("one_hot: axis is counted from 0 and there is a class at least, got axis 0, 0 classes");
        assertThatThrownBy(() -> new OneHot(0, 1, 0, DType.I32))
                .hasMessage("one_hot: to a floating-point type only, not to i32");
        assertThatThrownBy(() -> new ArgMax(-1)).hasMessage("argmax: axis is counted from 0, got -1");
        assertThatThrownBy(() -> graph.apply("place", new ArgMax(0), graph.input("none", TensorType.f32(0, 2))))
                .hasMessage("argmax: from 1 to 2^31 - 1 elements along axis 0 wanted, got (0x2)");
    }

    @Test
    void aRollByNothingIsTheValueItself() {
        assertThat(TensorFunctions.roll(graph, "roll", rows, 1, -12)).isSameAs(rows);
    }
}
