package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.Transfers;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Variable;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.nn.Layers;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.TensorState;
import dev.gatun.reference.Elements;
import dev.gatun.update.ElementRange;
import dev.gatun.update.rule.AdamHyperparameters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;

/** Parameters, gradients, optimizer states and buffers in memory. */
@ParameterizedClass
@OnEachDevice
@ExtendWith(NoLeaks.class)
class VariablesTest {
    private final Device device;

    VariablesTest(String backend) {
        device = Backends.open(backend, DeviceOptions.defaults().withThreads(1));
    }

    @AfterEach
    void close() {
        device.close();
    }

    private Program compile(Graph graph, LayoutPolicy policy) {
        return Compiler.compile(graph, device, CompileOptions.defaults().withLayout(policy));
    }

    private static Optimizer adamw(Device device, Variables variables) {
        long elements = variables.parameters().bytes() / Float.BYTES;
        return new Optimizer(device, variables.parameters(), variables.gradients(),
                List.of(AdamHyperparameters.ADAMW.withLearningRate(1e-2)), List.of(new ElementRange(0, elements, 0)));
    }

    private static Buffer state(Optimizer optimizer, String name) {
        return Objects.requireNonNull(optimizer.states().get(name));
    }

    /** The elements of the slab of parameters that belong to no tensor: padding of blocks, and gaps between tensors. */
    private static BitSet unused(Variables variables) {
        BitSet unused = new BitSet();
        unused.set(0, Math.toIntExact(variables.parameters().bytes() / Float.BYTES));
        for (Variables.Slot slot : variables.slots()) {
            if (slot.variable().isParameter()) {
                for (long i = 0; i < slot.variable().shape().elements(); i++) {
                    long at = slot.stored().layout().offset(Elements.index(slot.stored().type().shape(), i));
                    unused.clear(Math.toIntExact(slot.offset() / Float.BYTES + at));
                }
            }
        }
        return unused;
    }

    @Test
    void paddingStaysZeroOverManySteps() {
        assumeThat(device.name()).as("only native kernels want blocks").isEqualTo("cpu");
        try (Program program = compile(Networks.training(Networks.residual(), 2), LayoutPolicy.BLOCKED);
                Variables variables = program.variables();
                Optimizer optimizer = adamw(device, variables)) {
            variables.initialize(1);
            BitSet unused = unused(variables);
            assertThat(variables.slot("0.weight").stored().elements())
                    .as("blocks are padded here")
                    .isGreaterThan(variables.slot("0.weight").variable().shape().elements());
            Networks.fill(program, 1);
            for (int step = 0; step < 200; step++) {
                Networks.step(program);
                optimizer.step();
            }
            for (Buffer slab : List.of(variables.parameters(), variables.gradients(), state(optimizer, "exp_avg"),
                    state(optimizer, "exp_avg_sq"))) {
                MemorySegment memory = Transfers.read(device, slab);
                assertThat(unused.stream().filter(i -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, i) != 0))
                        .as("%s", slab).isEmpty();
            }
            assertThat(Networks.loss(program)).isFinite();
        }
    }

    @Test
    void parametersGradientsAndStatesShareOneLayout() {
        try (Program program = compile(Networks.training(Networks.residual(), 2), LayoutPolicy.BLOCKED);
                Variables variables = program.variables();
                Optimizer optimizer = adamw(device, variables)) {
            variables.initialize(1);
            Networks.fill(program, 1);
            Networks.step(program);
            optimizer.step();
            assertThat(variables.gradients().bytes()).isEqualTo(variables.parameters().bytes());
            for (Variables.Slot slot : variables.slots()) {
                if (slot.variable().isParameter()) {
                    float[] gradient = variables.readGradient(slot.variable().name());
                    TensorState state = optimizer.states(slot.offset() / Float.BYTES, slot.stored()).getFirst();
                    assertThat(state.name()).isEqualTo("exp_avg");
                    float[] first = variables.read(state.stored(), state.memory());
                    for (int i = 0; i < gradient.length; i++) { // after one step the moment is a tenth of the gradient
                        assertThat(first[i]).isCloseTo(0.1f * gradient[i],
                                within(1e-6f * Math.abs(gradient[i]) + 1e-12f));
                    }
                }
            }
        }
    }

    @Test
    void decayedParametersComeFirst() {
        try (Program program = compile(Networks.training(Networks.residual(), 2), LayoutPolicy.CHANNELS_LAST);
                Variables variables = program.variables()) {
            List<Variable.Kind> kinds = variables.slots().stream().map(slot -> slot.variable().kind()).toList();
            assertThat(kinds.lastIndexOf(Variable.Kind.WEIGHT)).isEqualTo(
                    kinds.stream().filter(kind -> kind == Variable.Kind.WEIGHT).count() - 1);
        }
    }

    @Test
    void theRunningVarianceIsUnbiased() {
        Model model = new Model("bn", 1, 1, 1, 2,
                Layers.sequential(Layers.batchNorm(), Layers.flatten(), Layers.linear(2)));
        try (Program program = compile(Networks.training(model, 3), LayoutPolicy.CHANNELS_LAST);
                Variables variables = program.variables()) {
            variables.initialize(1);
            Networks.fill(program, program.graph().input(Model.IMAGES), 1, 2, 4);
            program.prepack();
            program.forward();
            program.backward();
            assertThat(variables.read("0.running_var")).as("before the update of running statistics")
                    .containsExactly(1);
            program.updateRunningStatistics();
            assertThat(variables.read("0.running_var")[0]).isCloseTo(0.9f + 0.1f * 7 / 3, within(1e-6f));
            assertThat(variables.read("0.running_mean")[0]).isCloseTo(0.1f * 7 / 3, within(1e-6f));
        }
    }

    @Test
    void sameSeedSameValuesWhateverTheOrder() {
        List<float[]> values = new ArrayList<>();
        for (LayoutPolicy policy : LayoutPolicy.values()) {
            try (Program program = compile(Networks.training(Networks.residual(), 2), policy);
                    Variables variables = program.variables()) {
                variables.initialize(11);
                float[] first = variables.read("3.0.weight");
                variables.initialize(12);
                assertThat(variables.read("3.0.weight")).isNotEqualTo(first);
                values.add(first);
            }
        }
        assertThat(values.get(0)).isEqualTo(values.get(1));
        assertThat(Arrays.stream(boxed(values.get(0))).distinct().count()).isGreaterThan(values.get(0).length / 2);
    }

    private static Float[] boxed(float[] values) {
        Float[] boxed = new Float[values.length];
        Arrays.setAll(boxed, i -> values[i]);
        return boxed;
    }

    @Test
    void misuseIsNamed() {
        Program program = compile(Networks.inference(Networks.plain(), 2), LayoutPolicy.CHANNELS_LAST);
        try (program; Variables variables = program.variables()) {
            assertThatThrownBy(() -> variables.read("nothing"))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no variable \"nothing\"");
            assertThatThrownBy(() -> variables.write("0.bias", new float[4]))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0.bias")
                    .hasMessageContaining("got 4");
            assertThatThrownBy(variables::gradients)
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("made for inference");
            assertThatThrownBy(() -> Compiler.compile(Networks.training(Networks.plain(), 2), device,
                    CompileOptions.defaults(), variables))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("compile the training program first");
            assertThatThrownBy(() -> Compiler.compile(Networks.inference(Networks.residual(), 2), device,
                    CompileOptions.defaults(), variables))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Variables alone need no room for activations. */
    @Test
    void withoutAProgramTheyLieAsThoseOfAProgramWould() {
        Graph graph = Networks.training(Networks.residual(), 4);
        long before = device.memory().used();
        try (Variables alone = Compiler.variables(graph, device, CompileOptions.defaults())) {
            assertThat(device.memory().used() - before).isEqualTo(
                    alone.parameters().bytes() + alone.gradients().bytes() + alone.buffers().bytes());
            try (Program program = Compiler.compile(graph, device, CompileOptions.defaults());
                    Variables variables = program.variables()) {
                assertThat(alone.slots()).containsExactlyElementsOf(variables.slots());
            }
            Compiler.compile(graph, device, CompileOptions.defaults(), alone).close();
        }
    }
}
