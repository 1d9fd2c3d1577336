package dev.gatun.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.op.Binary;
import dev.gatun.op.Cast;
import dev.gatun.op.Pool;
import dev.gatun.op.Unary;
import dev.gatun.op.Window;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphBuilderTest {
    private final GraphBuilder builder = new GraphBuilder();
    private final Value x = builder.input("x", TensorType.f32(2, 3));

    @Test
    void namesOfInputsAndVariablesAreUnique() {
        assertThatThrownBy(() -> builder.input("x", TensorType.f32(1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the graph already has an input or variable named \"x\"");
        Variable variable = new Variable("x", Shape.of(1), Variable.Kind.WEIGHT, (_, _, _) -> {});
        assertThatThrownBy(() -> builder.variable(variable, DType.F32)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void valuesOfAnotherGraphAreRefused() {
        Value stranger = new GraphBuilder().input("y", TensorType.f32(2, 3));
        assertThatThrownBy(() -> builder.apply("act", new Unary(UnaryFunction.RELU), stranger))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("node act (relu) reads a value of another graph: y f32(2x3)");
        assertThatThrownBy(() -> builder.output("out", stranger)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("output out is a value of another graph: y f32(2x3)");
    }

    @Test
    void outputsHaveUniqueNames() {
        builder.output("out", x);
        assertThatThrownBy(() -> builder.output("out", x)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the graph already has an output named \"out\"");
    }

    @Test
    void shapesThatDoNotFitAreRefusedWhereTheyMeet() {
        Value row = builder.input("row", TensorType.f32(2));
        assertThatThrownBy(() -> builder.apply("sum", new Binary(BinaryFunction.ADD), x, row))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("add: shapes (2x3) and (2) do not"
                        + " broadcast: counted from the last, extents must be equal or 1");
        assertThat(builder.build().nodes()).isEmpty();
    }

    @Test
    void whatOnlyAGradientCanReadIsNoOutputAndNoInput() {
        Value images = builder.input("images", TensorType.f32(1, 2, 4, 4));
        Node pool = builder.node("pool", new Pool(PoolKind.MAX, Window.square(2)), List.of(images));
        Value winners = pool.outputs().get(1);
        assertThatThrownBy(() -> builder.output("winners", winners)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("output winners reads a workspace, pool.max_pool#1 i32(1x2x2x2), which only the gradient of"
                        + " the operation that made it can read");
        assertThatThrownBy(() -> builder.apply("cast", new Cast(DType.F32), winners))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("node cast (cast) reads a workspace, pool.max_pool#1");
        builder.output("pooled", pool.output());
        GraphBuilder extended = GraphBuilder.extend(builder.build());
        assertThatThrownBy(() -> extended.output("winners", winners)).hasMessageContaining("reads a workspace");
    }

    @Test
    void missingInputsAndOutputsAreNamedWithTheExistingOnes() {
        builder.output("out", x);
        Graph graph = builder.build();
        assertThatThrownBy(() -> graph.output("in")).hasMessage("the graph has no output \"in\", only [out]");
        assertThatThrownBy(() -> graph.input("z")).hasMessage("the graph has no input \"z\", only [x f32(2x3)]");
    }
}
