package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Op;
import dev.gatun.op.QuantizedOp;
import dev.gatun.shape.DType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The list of cases itself: it covers every operation, and f32 storage stays within the tolerance it states. */
@ExtendWith(NoLeaks.class)
class OpCasesTest {
    static List<OpCase> cases() {
        return OpCases.all();
    }

    @Test
    void everyOperationOccursAndNamesAreUnique() {
        Set<String> seen = OpCases.all().stream()
                .flatMap(opCase -> Differentiation.differentiate(opCase.graph(DType.F32), "loss").nodes().stream())
                .map(node -> node.op().getClass().getSimpleName())
                .collect(Collectors.toSet());
        assertThat(seen).containsAll(leaves(Op.class));
        assertThat(OpCases.all()).extracting(OpCase::name).doesNotHaveDuplicates();
    }

    private static Set<String> leaves(Class<?> sealed) {
        Class<?>[] permitted = sealed.getPermittedSubclasses();
        return permitted == null
                ? Set.of(sealed.getSimpleName())
                : List.of(permitted).stream()
                        .filter(type -> type != QuantizedOp.class) // these have tests of their own, and no gradient
                        .filter(type -> !FamiliesTest.STRAIGHT_THROUGH.contains(type))
                        .flatMap(type -> leaves(type).stream()).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void storageInFloatStaysWithinTheTolerance(OpCase opCase) {
        Graph exact = Differentiation.differentiate(opCase.graph(DType.F64), "loss");
        Graph rounded = Differentiation.differentiate(opCase.graph(DType.F32), "loss");
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            GraphRunner.Result expected = GraphRunner.run(exact, device, opCase.values());
            GraphRunner.Result actual = GraphRunner.run(rounded, device, opCase.values());
            for (int n = 0; n < exact.nodes().size(); n++) {
                Node node = exact.nodes().get(n);
                for (int i = 0; i < node.outputs().size(); i++) {
                    Value value = node.outputs().get(i);
                    if (expected.values().containsKey(value)) {
                        Close.assertClose(value.name(), actual.of(rounded.nodes().get(n).outputs().get(i)),
                                expected.of(value), opCase.tolerance());
                    }
                }
            }
        }
    }
}
