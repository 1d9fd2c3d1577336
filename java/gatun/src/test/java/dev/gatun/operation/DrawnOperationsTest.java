package dev.gatun.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.op.Op;
import dev.gatun.op.QuantizedOp;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.RecurrentCell;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is drawn: the same from the same seed, and the whole vocabulary before long. */
class DrawnOperationsTest {
    private static final int NUMBERS = 800;

    private static Stream<Class<?>> leaves(Class<?> sealed) {
        Class<?>[] permitted = sealed.getPermittedSubclasses();
        return permitted == null ? Stream.of(sealed) : Arrays.stream(permitted)
                .filter(type -> type != QuantizedOp.class) // drawn by tests of their own
                .flatMap(DrawnOperationsTest::leaves);
    }

    @Test
    void theWholeVocabularyIsDrawn() {
        Set<Class<?>> classes = new HashSet<>();
        Set<String> names = new HashSet<>();
        IntStream.range(0, NUMBERS).mapToObj(number -> DrawnOperations.number(1, number)).forEach(opCase ->
                Claims.graph(opCase, DType.F32).nodes().forEach(node -> {
                    classes.add(node.op().getClass());
                    names.add(node.op().name());
                }));
        assertThat(classes).containsAll(leaves(Op.class).toList());
        assertThat(names).containsAll(Stream.<Enum<?>[]>of(UnaryFunction.values(), BinaryFunction.values(),
                SoftmaxKind.values(), RecurrentCell.values()).flatMap(Arrays::stream)
                .map(each -> each.name().toLowerCase(Locale.ROOT)).toList());
        assertThat(names).containsAll(Arrays.stream(PoolKind.values()).map(PoolKind::opName).toList());
        assertThat(names).containsAll(Arrays.stream(Reduction.values()).map(each -> "reduce_" + each.lowerCase())
                .toList());
        assertThat(names).contains("leaky_relu", "elu", "clip", "softplus", "power", "resize_nearest", "resize_linear",
                "pad_reflect", "pad_replicate");
    }

    @Test
    void theSameSeedDrawsTheSame() {
        OpCase first = DrawnOperations.number(7, 123);
        OpCase again = DrawnOperations.number(7, 123);
        assertThat(again.name()).isEqualTo(first.name());
        first.values().forEach((name, values) -> assertThat(again.values().get(name)).isEqualTo(values));
        assertThat(DrawnOperations.number(8, 123).name()).isNotEqualTo(first.name());
    }
}
