package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.graph.Differentiation;
import dev.gatun.nn.loss.Loss;
import dev.gatun.op.Op;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.PoolKind;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every member of the sealed families has a case, whose gradient is tried where it has one, and a place in the
 * documentation. That it has a gradient rule or a refusal, the compiler sees to: {@code GradientRules} is an exhaustive
 * switch.
 */
class FamiliesTest {
    private static Stream<Class<?>> leaves(Class<?> sealed) {
        Class<?>[] permitted = sealed.getPermittedSubclasses();
        return permitted == null ? Stream.of(sealed) : Arrays.stream(permitted).flatMap(FamiliesTest::leaves);
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

    @Test
    void everyMemberHasACase() {
        Set<Object> seen = new HashSet<>();
        OpCases.all().forEach(opCase -> Differentiation.differentiate(opCase.graph(DType.F32), "loss").nodes()
                .forEach(node -> collect(node.op(), seen)));
        Stream<Object> members = Stream.<Stream<?>>of(
                leaves(Op.class), leaves(ParametricFunction.class), leaves(Sampling.class),
                Arrays.stream(UnaryFunction.values()), Arrays.stream(BinaryFunction.values()),
                Arrays.stream(Reduction.values()), Arrays.stream(PoolKind.values()),
                Arrays.stream(SoftmaxKind.values()), Arrays.stream(Sampling.Corners.values()))
                .flatMap(family -> family.map(Object.class::cast));
        assertThat(seen).containsAll(members.toList());
    }

    @Test
    void everyOperationAndLossIsDocumented() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        List<String> names = Stream.of(Op.class, Loss.class, Sampling.class).flatMap(FamiliesTest::leaves)
                .map(Class::getSimpleName).filter(name -> !name.contains("Backward")).toList();
        assertThat(names).allSatisfy(name -> assertThat(readme).contains("`" + name + "`"));
    }
}
