package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.nn.loss.Loss;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.FakeQuantizeBackward;
import dev.gatun.op.Op;
import dev.gatun.op.QuantizedOp;
import dev.gatun.operation.TimedOperation;
import dev.gatun.operation.TimedOperations;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.RecurrentCell;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.Sampling;
import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every member of the sealed families has a case, whose gradient is tried where it has one, and a place in the
 * documentation. That it has a gradient rule or a refusal, the compiler sees to: {@code GradientRules} is an exhaustive
 * switch.
 */
class FamiliesTest {
    /** Rounding, whose gradient is none of its derivative: {@link QuantizationBodies} compares it with PyTorch's. */
    static final Set<Class<?>> STRAIGHT_THROUGH = Set.of(FakeQuantize.class, FakeQuantizeBackward.class);

    private static Stream<Class<?>> leaves(Class<?> sealed) {
        Class<?>[] permitted = sealed.getPermittedSubclasses();
        return permitted == null ? Stream.of(sealed) : Arrays.stream(permitted)
                .filter(type -> type != QuantizedOp.class) // for inference only, with tests of their own
                .flatMap(FamiliesTest::leaves);
    }

    /** An operation's class and, of its attributes, the constants and the classes of the records. */
    private static void collect(Object record, Set<Object> seen) {
        seen.add(record.getClass());
        for (var component : record.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                Object value = component.getAccessor().invoke(record);
                if (value instanceof Enum<?>) {
                    seen.add(value);
                } else if (value instanceof Record inner) {
                    collect(inner, seen);
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
    }

    private static Stream<Graph> differentiated(List<OpCase> cases) {
        return cases.stream().map(opCase -> Differentiation.differentiate(opCase.graph(DType.F32), "loss"));
    }

    @Test
    void everyMemberHasACase() {
        assertThat(seen(differentiated(OpCases.all()))).containsAll(members());
    }

    /** The shapes that {@code bench/} times. */
    @Test
    void everyMemberHasABenchmark() {
        assertThat(seen(TimedOperations.all().stream().map(TimedOperation::graph))).containsAll(members());
    }

    /** The README's line of what has no gradient is right; of gradients' gradients, {@link SecondDerivative} says. */
    @Test
    void everyMemberHasAGradientOrIsKnownToHaveNone() throws IOException {
        Set<String> without = names(Op.class).filter(name -> !name.endsWith("Backward")).collect(Collectors.toSet());
        STRAIGHT_THROUGH.forEach(type -> without.remove(type.getSimpleName()));
        TimedOperations.all().stream().map(TimedOperation::graph).filter(graph -> !graph.gradients().isEmpty())
                .flatMap(graph -> TimedOperation.nodes(graph).stream())
                .filter(node -> node.phase() == Node.Phase.FORWARD || isDifferentiable(node))
                .forEach(node -> without.remove(node.op().getClass().getSimpleName()));
        String line = Files.readAllLines(Path.of("../README.md")).stream()
                .filter(each -> each.startsWith("Without a gradient: ")).findFirst().orElseThrow();
        assertThat(line.substring(line.indexOf('`')).replaceAll("[`.]", "").split(", "))
                .containsExactlyInAnyOrderElementsOf(without);
    }

    /** A gradient that has a gradient itself. */
    private static boolean isDifferentiable(Node node) {
        return !node.inputs().isEmpty() && node.phase() == Node.Phase.BACKWARD
                && SecondDerivative.of(node.op()) == SecondDerivative.GIVEN;
    }

    @Test
    void everyOperationHasARowInTheTableOfTimes() throws IOException {
        String readme = Files.readString(Path.of("../../bench/README.md"));
        assertThat(TimedOperations.all().stream().flatMap(each -> TimedOperation.nodes(each.graph()).stream())
                .map(node -> node.op().name()).distinct()).allSatisfy(name -> assertThat(readme).contains(
                        "| `" + name + "` |"));
    }

    private static Stream<String> names(Class<?> sealed) {
        return leaves(sealed).map(Class::getSimpleName);
    }

    private static Set<Object> seen(Stream<Graph> graphs) {
        Set<Object> seen = new HashSet<>();
        graphs.forEach(graph -> graph.nodes().forEach(node -> collect(node.op(), seen)));
        return seen;
    }

    private static List<Object> members() {
        Stream<Object> members = Stream.<Stream<?>>of(
                leaves(Op.class).filter(type -> !STRAIGHT_THROUGH.contains(type)),
                leaves(ParametricFunction.class), leaves(Sampling.class),
                Arrays.stream(UnaryFunction.values()), Arrays.stream(BinaryFunction.values()),
                Arrays.stream(Reduction.values()), Arrays.stream(PoolKind.values()),
                Arrays.stream(SoftmaxKind.values()), Arrays.stream(RecurrentCell.values()),
                Arrays.stream(Sampling.Corners.values()))
                .flatMap(family -> family.map(Object.class::cast));
        return members.toList();
    }

    @Test
    void everyOperationAndLossIsDocumented() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        List<String> names = Stream.of(Op.class, Loss.class, Sampling.class).flatMap(FamiliesTest::leaves)
                .map(Class::getSimpleName).filter(name -> !name.contains("Backward")).toList();
        assertThat(names).allSatisfy(name -> assertThat(readme).contains("`" + name + "`"));
    }
}
