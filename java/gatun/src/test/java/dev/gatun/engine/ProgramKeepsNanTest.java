package dev.gatun.engine;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.maxPool;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.TestDevices;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One NaN in any parameter or input reaches the loss through every fused form, and is traced to where it came from. */
@ExtendWith(NoLeaks.class)
class ProgramKeepsNanTest {
    static List<Model> models() {
        return List.of(Models.lenet(1, 16, 16, 10), Networks.plain(), Networks.residual(), Networks.residual(16),
                pooledFirst());
    }

    /** A maximum of what no ReLU has seen, and linear layers that a ReLU follows. */
    private static Model pooledFirst() {
        return new Model("pooled first", 1, 9, 9, 3, sequential(conv2d(4, 3), maxPool(2), batchNorm(), relu(),
                maxPool(2), flatten(), linear(7), relu(), linear(3)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void inTraining(Model model) {
        eachReachesTheLoss(Networks.training(model, 2));
    }

    @ParameterizedTest
    @MethodSource("models")
    void inInference(Model model) {
        eachReachesTheLoss(Networks.inference(model, 2));
    }

    private static void eachReachesTheLoss(Graph graph) {
        for (String backend : TestDevices.all()) {
            try (Device device = TestDevices.open(backend)) {
                TestDevices.layouts(device).forEach(layout -> eachReachesTheLoss(graph, device, layout));
            }
        }
    }

    private static void eachReachesTheLoss(Graph graph, Device device, LayoutPolicy layout) {
        try (Program program = Compiler.compile(graph, device, CompileOptions.defaults().withLayout(layout));
                Variables variables = program.variables()) {
            variables.initialize(7);
            Networks.fill(program, 3);
            program.prepack();
            program.forward();
            assertThat(Networks.loss(program)).isFinite();
            for (Value variable : graph.variables()) {
                float[] values = variables.read(variable.name());
                float[] broken = values.clone();
                broken[0] = Float.NaN;
                variables.write(variable.name(), broken);
                program.prepack();
                program.forward();
                boolean read = !(variable.name().contains("running_")
                        && graph.nodes().stream().anyMatch(node -> node.forward() != null));
                if (read) { // in training the running statistics are not
                    assertThat(Float.isFinite(Networks.loss(program))).as("%s, %s, %s: loss %s", device.name(), layout,
                            variable.name(), Networks.loss(program)).isFalse();
                    assertThat(program.locateNonFinite()).as(variable.name()).isPresent();
                }
                variables.write(variable.name(), values);
            }
        }
    }
}
