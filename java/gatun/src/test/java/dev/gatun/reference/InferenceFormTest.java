package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Dropout;
import dev.gatun.shape.DType;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the inference form of a graph computes. */
@ExtendWith(NoLeaks.class)
class InferenceFormTest {
    private final Device device = new ReferenceProvider().open(DeviceOptions.defaults());

    @AfterEach
    void close() {
        device.close();
    }

    /** In inference, x is normalised by the running statistics and dropout does nothing. */
    @Test
    void inferenceUsesRunningStatisticsAndNoDropout() {
        CaseBuilder builder = new CaseBuilder(DType.F64);
        Value x = builder.normalization("bn", BatchNormalization.standard(), builder.input(2, 2));
        builder.graph.output("y", builder.graph.apply("drop", new Dropout(0.5, 0), x));
        Graph graph = builder.graph.build();
        Map<String, double[]> values = new HashMap<>();
        values.put("x", new double[] {1, 2, 3, 4});
        values.put("bn.weight", new double[] {2, 1});
        values.put("bn.bias", new double[] {0, 10});
        values.put("bn.running_mean", new double[] {1, 0});
        values.put("bn.running_var", new double[] {4 - 1e-5, 1 - 1e-5});
        assertThat(GraphRunner.run(Inference.of(graph), device, values).output("y"))
                .containsExactly(new double[] {0, 12, 2, 14}, within(1e-12));
        assertThat(GraphRunner.run(graph, device, values).output("y")).isNotEqualTo(new double[] {0, 12, 2, 14});
    }
}
