package dev.gatun.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.graph.Graph;
import dev.gatun.memory.NoLeaks;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.OpCase;
import dev.gatun.reference.OpCases;
import dev.gatun.shape.DType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * What a device refuses, it refuses with the same reason when a program is made. That it can do what it offers,
 * {@link RandomOperationsTest} shows.
 */
@ExtendWith(NoLeaks.class)
class ClaimsTest {
    private static final List<DType> TYPES = List.of(DType.F64, DType.F32, DType.BF16, DType.F16);

    @ParameterizedTest
    @OnEachDevice
    void devicesKeepWhatTheyClaim(String name) {
        Claims claims = new Claims();
        try (Device device = TestDevices.open(name)) {
            for (OpCase opCase : OpCases.all()) {
                for (DType dtype : TYPES) {
                    Graph graph = Claims.graph(opCase, dtype);
                    Optional<String> refusal = claims.add(name, device, dtype, graph);
                    if (refusal.isPresent()) {
                        assertThatThrownBy(() -> new GraphRunner(graph, device).close()).as(opCase.name())
                                .isInstanceOf(UnsupportedOperationOnDevice.class).hasMessageContaining(refusal.get());
                    }
                }
            }
        }
        assertThat(claims.text()).contains("convolution_backward_weights");
    }
}
