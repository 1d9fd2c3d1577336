package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import dev.gatun.shape.DType;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A device that wants other orders gives the same numbers, so every reorder that is needed is there. */
@ExtendWith(NoLeaks.class)
class GraphRunnerTest {
    static List<OpCase> cases() {
        return OpCases.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void ordersChangeNothing(OpCase opCase) {
        Graph graph = Differentiation.differentiate(opCase.graph(DType.F32), "loss");
        MemoryBudget memory = MemoryBudget.unlimited();
        try (Device plain = new ReferenceProvider().open(DeviceOptions.defaults());
                Device blocked = new BlockedDevice(DeviceOptions.defaults().withMemory(memory))) {
            GraphRunner.Result expected = GraphRunner.run(graph, plain, opCase.values());
            GraphRunner.Result actual = GraphRunner.run(graph, blocked, opCase.values());
            expected.values().forEach((value, elements) ->
                    assertThat(actual.of(value)).as(value.name()).isEqualTo(elements));
        }
        assertThat(memory.used()).isZero();
    }
}
