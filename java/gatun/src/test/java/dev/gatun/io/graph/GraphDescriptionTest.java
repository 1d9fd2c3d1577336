package dev.gatun.io.graph;

import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.dropout;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.maxPool;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.json.Json;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.op.Op;
import dev.gatun.op.Reshape;
import dev.gatun.reference.OpCase;
import dev.gatun.reference.OpCases;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphDescriptionTest {
    static Model digits() {
        return new Model("digits", 1, 28, 28, 10, sequential(
                conv2d(8, 3), relu(), maxPool(2), conv2d(16, 3), relu(), maxPool(2), flatten(), dropout(0.2),
                linear(10)));
    }

    /** Through the text of a file. */
    private static GraphDescription again(GraphDescription description) {
        return GraphDescription.fromJson(Json.parseObject(Json.pretty(description.toJson()), "test"), "model.json");
    }

    /** All that a graph says, variables' beginnings left out. */
    private static String text(Graph graph) {
        List<Object> text = new ArrayList<>();
        List<Value> values = new ArrayList<>();
        graph.inputs().forEach(value -> {
            values.add(value);
            text.add(value);
        });
        graph.variables().forEach(value -> {
            values.add(value);
            Variable variable = Objects.requireNonNull(value.variable());
            text.add(List.of(value, variable.name(), variable.shape(), variable.kind()));
        });
        for (Node node : graph.nodes()) {
            values.addAll(node.outputs());
            text.add(List.of(node.name(), node.op(), node.phase(), node.inputs().stream().map(values::indexOf).toList(),
                    node.outputs().stream().map(Value::type).toList()));
        }
        graph.outputs().forEach((name, value) -> text.add(List.of(name, values.indexOf(value))));
        return String.join("\n", text.stream().map(Object::toString).toList());
    }

    static Graph graph(GraphDescription description, int batchSize) {
        GraphBuilder graph = new GraphBuilder();
        description.describe(graph, batchSize);
        return graph.build();
    }

    private static void assertDescribes(GraphDescription description, IntFunction<Graph> model, int... batchSizes) {
        for (int batchSize : batchSizes) {
            assertThat(text(graph(again(description), batchSize))).isEqualTo(text(model.apply(batchSize)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet", "mlp", "resnet18", "digits"})
    void modelsForAnyBatchSize(String name) {
        Model model = name.equals("digits") ? digits() : Models.create(name, 3, 32, 32, 10);
        assertDescribes(GraphDescription.of(model::graph, 4), model::graph, 4, 1, 7, 256);
    }

    static Stream<OpCase> cases() {
        return OpCases.all().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyOperationThatIsTested(OpCase each) {
        IntFunction<Graph> model = _ -> each.graph(DType.F32);
        assertDescribes(GraphDescription.of(model, 4), model, 4);
    }

    /**
     * What an attribute may be is decided here: a new operation needs no line of the codec, unless it needs a new kind.
     */
    @Test
    void everyAttributeOfEveryOperationHasAForm() {
        Map<String, Class<?>> operations = RecordCodec.kinds(Op.class);
        assertThat(operations).hasSizeGreaterThan(15).containsKeys("Convolution", "BatchNormalization", "Reshape");
        for (Class<?> operation : operations.values()) {
            assertThat(hasForm(operation)).as(operation.getName()).isTrue();
        }
    }

    private static boolean hasForm(Type type) {
        if (type instanceof ParameterizedType list) {
            return list.getRawType() == List.class && hasForm(list.getActualTypeArguments()[0]);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return Stream.of(plain.getRecordComponents()).map(RecordComponent::getGenericType)
                    .allMatch(GraphDescriptionTest::hasForm);
        }
        return plain.isEnum()
                || (plain.isSealed()
                        && RecordCodec.kinds(plain).values().stream().allMatch(GraphDescriptionTest::hasForm))
                || Set.of(long.class, int.class, double.class, float.class, boolean.class, String.class, Shape.class,
                Long.class,
                        Integer.class, Double.class, Float.class, Boolean.class).contains(plain);
    }

    /** A model with every kind of dependence on the batch size. */
    private static Graph odd(int batch) {
        GraphBuilder graph = new GraphBuilder();
        Value x = graph.input("x", TensorType.f32(batch, 6));
        graph.input("flat", TensorType.f32(2L * batch + 3));
        Value turned = graph.apply("turned", new Reshape(Shape.of(3, 2L * batch)), x);
        graph.output("y", graph.apply("back", new Reshape(Shape.of(6L * batch)), turned));
        return graph.build();
    }

    @Test
    void extentsThatGrowWithTheBatch() {
        assertDescribes(GraphDescription.of(GraphDescriptionTest::odd, 5), GraphDescriptionTest::odd, 5, 1, 2, 1000);
    }

    private static Graph halves(int batch) {
        if (batch % 2 != 0) {
            throw new IllegalArgumentException("pairs wanted");
        }
        GraphBuilder graph = new GraphBuilder();
        Value x = graph.input("x", TensorType.f32(batch, 6));
        graph.output("y", graph.apply("pairs", new Reshape(Shape.of(batch / 2, 12)), x));
        return graph.build();
    }

    @Test
    void aModelOfPairsTakesEvenBatches() {
        GraphDescription description = again(GraphDescription.of(GraphDescriptionTest::halves, 4));
        assertDescribes(description, GraphDescriptionTest::halves, 2, 4, 10);
        assertThatThrownBy(() -> graph(description, 3)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("batches of a multiple of 2 only, not 3").hasMessageNotContaining("\n");
    }

    @Test
    void aModelOfOneBatchSizeIsDescribedForItAlone() {
        for (IntFunction<Graph> model : List.<IntFunction<Graph>>of(
                batch -> {
                    if (batch != 4) {
                        throw new IllegalStateException("my own layer takes four");
                    }
                    return odd(batch);
                },
                batch -> {
                    GraphBuilder graph = new GraphBuilder();
                    graph.output("y", graph.input("x", TensorType.f32((long) batch * batch)));
                    return graph.build();
                })) {
            GraphDescription description = again(GraphDescription.of(model, 4));
            assertDescribes(description, model, 4);
            assertThatThrownBy(() -> graph(description, 8)).isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("for batches of 4 only, not 8; use that batch size");
        }
    }

    @Test
    void numbersOverTheBatchSize() {
        Object template = BatchTemplate.of(4, Map.of("mean", 1.0 / 4, "third", 0.7 / 4, "rate", 0.5),
                Map.of("mean", 1.0 / 8, "third", 0.7 / 8, "rate", 0.5),
                Map.of("mean", 1.0 / 12, "third", 0.7 / 12, "rate", 0.5)).orElseThrow();
        assertThat(BatchTemplate.fill(template, 7)).isEqualTo(Map.of("mean", 1.0 / 7, "third", 0.7 / 7, "rate", 0.5));
        assertThat(BatchTemplate.of(4, Map.of("a", 1.0), Map.of("a", 2.0), Map.of("a", 4.0))).isEmpty();
        assertThat(BatchTemplate.of(4, Map.of("a", "x"), Map.of("a", "x"), Map.of("a", "y"))).isEmpty();
        assertThat(BatchTemplate.of(4, List.of(1L), List.of(2L), List.of(3L, 4L))).isEmpty();
    }

    @Test
    void variablesBeginAsZeros() {
        Variable variable = Objects.requireNonNull(
                graph(again(GraphDescription.of(digits()::graph, 2)), 2).variables().getFirst().variable());
        float[] values = {1, 2, 3};
        variable.initializer().fill(values, Shape.of(3), new Random(1));
        assertThat(values).containsOnly(0);
    }

    @Test
    void refusesGraphsThatNoModelIsDescribedBy() {
        assertThatIllegalArgumentException().isThrownBy(() -> GraphDescription.of(
                batch -> Differentiation.differentiate(digits().graph(batch), Model.LOSS), 2))
                .withMessageContaining("differentiated");
    }
}
