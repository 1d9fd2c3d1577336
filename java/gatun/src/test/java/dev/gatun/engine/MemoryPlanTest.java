package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Backends;
import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.engine.Step.Stage;
import dev.gatun.engine.Step.Tensor;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.MemoryBudgetException;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Models;
import dev.gatun.reference.OpCases;
import dev.gatun.shape.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Activations share memory, and nobody reads what another has written over. */
@ExtendWith(NoLeaks.class)
class MemoryPlanTest {
    record Named(String name, Graph graph) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Named> graphs() {
        return Stream.concat(
                Stream.of(
                        new Named("residual", Networks.training(Networks.residual(), 3)),
                        new Named("residual in inference", Networks.inference(Networks.residual(), 3)),
                        new Named("plain", Networks.training(Networks.plain(), 3)),
                        new Named("lenet", Networks.training(Models.lenet(1, 12, 12, 10), 2))),
                OpCases.all().stream().map(opCase -> new Named(opCase.name(),
                        Differentiation.differentiate(opCase.graph(DType.F32), "loss"))));
    }

    /** A graph, planned as {@link Compiler} does, with the plan's inside in sight. */
    private static final class Planned implements AutoCloseable {
        final List<Step> steps;
        final Set<Tensor> fixed = new HashSet<>();
        final List<Tensor> inputs;
        final Set<Tensor> kept = new HashSet<>();
        final MemoryPlan plan;
        private final Lowering lowering;
        private final Variables variables;

        Planned(Graph graph, Device device, LayoutPolicy policy) {
            lowering = device.lower();
            Planning planning = new Planning(graph, lowering, policy,
                    new Chooser(device, new Tuner(KernelChoices.NONE, Tuning.FIRST, null), ConvolutionMethod.AUTO),
                    new AcrossRanks(device, null));
            planning.run();
            variables = planning.newVariables(device, List.of());
            planning.use(variables);
            Schedule schedule = new Schedule(graph, planning, lowering);
            steps = schedule.steps();
            graph.variables().forEach(value -> fixed.add(schedule.original(value)));
            fixed.addAll(schedule.gradientTensors().values());
            inputs = graph.inputs().stream().map(schedule::original).toList();
            graph.outputs().values().forEach(value -> kept.add(schedule.shown(value)));
            plan = new MemoryPlan(steps, fixed, inputs, kept);
        }

        @Override
        public void close() {
            lowering.close();
            variables.close();
        }
    }

    /** Which tensor wrote each cache line last. Views speak for the tensor they show. */
    private static final class Lines {
        private static final long BYTES = 64;
        private final Planned planned;
        private final Map<Tensor, Tensor> shown = new HashMap<>();
        private final Map<Long, Tensor> writers = new HashMap<>();

        Lines(Planned planned) {
            this.planned = planned;
        }

        private Tensor content(Tensor tensor) {
            return shown.getOrDefault(tensor, tensor);
        }

        void write(Tensor tensor) {
            if (!planned.fixed.contains(tensor)) {
                long begin = planned.plan.offset(tensor);
                assertThat(begin % BYTES).isZero();
                assertThat(begin + tensor.stored().bytes()).isLessThanOrEqualTo(planned.plan.bytes());
                for (long at = begin; at < begin + tensor.stored().bytes(); at += BYTES) {
                    writers.put(at / BYTES, tensor);
                }
            }
        }

        void read(String reader, Tensor tensor) {
            if (!planned.fixed.contains(content(tensor))) {
                long begin = planned.plan.offset(tensor);
                for (long at = begin; at < begin + tensor.stored().bytes(); at += BYTES) {
                    assertThat(writers.get(at / BYTES)).as("what %s reads of %s", reader, tensor.value())
                            .isSameAs(content(tensor));
                }
            }
        }

        void run(Stage stage) {
            for (Step step : planned.steps) {
                if (step.stage() != stage) {
                    continue;
                }
                step.inputs().forEach(tensor -> read(step.label() + " " + step.operation(), tensor));
                if (step.plan().isView()) {
                    Tensor source = content(step.inputs().getFirst());
                    shown.put(step.outputs().getFirst(), source);
                    if (planned.fixed.contains(source)) {
                        assertThat(planned.plan.alias(step.outputs().getFirst())).isSameAs(source);
                        continue;
                    }
                    assertThat(planned.plan.offset(step.outputs().getFirst()))
                            .isEqualTo(planned.plan.offset(step.inputs().getFirst()));
                    continue;
                }
                for (int i = 0; i < step.outputs().size(); i++) {
                    checkInputsSurvive(step, i);
                    write(step.outputs().get(i));
                }
                // None of several outputs lies on another.
                step.outputs().forEach(tensor -> read(step.label(), tensor));
            }
        }

        /** A kernel may overwrite an input only where its plan says so. */
        private void checkInputsSurvive(Step step, int output) {
            for (int i = 0; i < step.inputs().size(); i++) {
                if (step.plan().inPlace(output) != i && overlap(step.outputs().get(output), step.inputs().get(i))) {
                    assertThat(step.inputs().get(i)).as("input %s of %s", i, step.label())
                            .isSameAs(step.inputs().get(Math.max(0, step.plan().inPlace(output))));
                }
            }
        }

        private boolean overlap(Tensor a, Tensor b) {
            if (planned.fixed.contains(content(a)) || planned.fixed.contains(content(b))) {
                return false;
            }
            long beginA = planned.plan.offset(a);
            long beginB = planned.plan.offset(b);
            return beginA < beginB + b.stored().bytes() && beginB < beginA + a.stored().bytes();
        }
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void everyKernelReadsWhatWasWrittenForIt(Named graph) {
        TestDevices.all().forEach(backend -> everyKernelReads(graph, backend));
    }

    private static void everyKernelReads(Named graph, String backend) {
        try (Device device = TestDevices.open(backend)) {
            for (LayoutPolicy policy : TestDevices.layouts(device)) {
                try (Planned planned = new Planned(graph.graph, device, policy)) {
                    Lines lines = new Lines(planned);
                    planned.inputs.forEach(lines::write);
                    lines.run(Stage.PREPACK);
                    for (int repetition = 0; repetition < 2; repetition++) { // inputs and prepacked parameters stay
                        lines.run(Stage.FORWARD);
                        lines.run(Stage.BACKWARD);
                        lines.run(Stage.RUNNING_STATISTICS);
                        planned.kept.forEach(tensor -> lines.read("the caller", tensor));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void activationsNeedLessThanTheirSum(String backend) {
        try (Device device = TestDevices.open(backend);
                Planned planned =
                        new Planned(Networks.training(Networks.residual(), 8), device, LayoutPolicy.CHANNELS_LAST)) {
            long sum = 0;
            for (Step step : planned.steps) {
                for (Tensor tensor : step.outputs()) {
                    sum += planned.fixed.contains(tensor) || step.plan().isView() ? 0 : tensor.stored().bytes();
                }
            }
            assertThat(planned.plan.bytes()).isBetween(planned.plan.peakBytes(), sum * 3 / 4);
        }
    }

    /** The reference's never do. */
    @Test
    void elementwiseKernelsOfTheCpuWorkInPlaceWhereTheyMay() {
        try (Device device = TestDevices.open(TestDevices.CPU);
                Planned planned =
                        new Planned(Networks.training(Networks.residual(), 3), device, LayoutPolicy.CHANNELS_LAST)) {
            List<String> inPlace = new ArrayList<>();
            for (Step step : planned.steps) {
                int input = step.outputs().isEmpty() ? KernelPlan.NOT_IN_PLACE : step.plan().inPlace(0);
                if (input != KernelPlan.NOT_IN_PLACE && !planned.fixed.contains(step.inputs().get(input))
                        && planned.plan.offset(step.inputs().get(input)) == planned.plan.offset(step.outputs()
                        .getFirst())) {
                    inPlace.add(step.operation());
                }
            }
            assertThat(inPlace).contains("add", "relu_backward", "batch_normalization_backward");
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aBudgetThatIsTooSmallIsNamedAndNothingStaysAllocated(String backend) {
        Graph graph = Networks.training(Networks.residual(), 4);
        long needed;
        try (Device device = TestDevices.open(backend);
                Program program = Compiler.compile(graph, device, CompileOptions.defaults());
                Variables variables = program.variables()) {
            needed = device.memory().used();
            assertThat(needed).isGreaterThan(2 * variables.parameters().bytes());
        }
        for (long bytes : List.of(64L, needed / 4, needed / 2, needed - 1)) {
            MemoryBudget budget = MemoryBudget.ofBytes(bytes);
            try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(1).withMemory(budget))) {
                assertThatThrownBy(() -> Compiler.compile(graph, device, CompileOptions.defaults()))
                        .isInstanceOf(MemoryBudgetException.class).hasMessageContaining("use a smaller batch size");
                assertThat(budget.used()).isZero();
            }
        }
        MemoryBudget enough = MemoryBudget.ofBytes(needed);
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(1).withMemory(enough));
                Program program = Compiler.compile(graph, device, CompileOptions.defaults());
                Variables variables = program.variables()) {
            assertThat(enough.used()).isEqualTo(needed);
            assertThat(variables.slots()).isNotEmpty();
        }
    }

    private static List<String> names(Variables variables) {
        return variables.slots().stream().map(slot -> slot.variable().name() + slot.stored() + slot.offset()).toList();
    }

    @ParameterizedTest
    @OnEachDevice
    void aModelIsPlannedTheSameEveryTime(String backend) {
        Set<Object> plans = new HashSet<>();
        try (Device device = TestDevices.open(backend)) {
            for (int i = 0; i < 8; i++) {
                try (Program program = Compiler.compile(
                                Networks.training(Networks.residual(), 4), device,
                                CompileOptions.defaults().withLayout(LayoutPolicy.BLOCKED));
                        Variables variables = program.variables()) {
                    plans.add(List.of(program.memoryUse(), program.explain(), names(variables)));
                }
            }
        }
        assertThat(plans).hasSize(1);
    }

    @ParameterizedTest
    @OnEachDevice
    void gradientsOfParametersLieInTheirSlab(String backend) {
        Graph graph = Networks.training(Networks.plain(), 2);
        try (Device device = TestDevices.open(backend);
                Planned planned = new Planned(graph, device, LayoutPolicy.BLOCKED)) {
            Set<Variable> written = new HashSet<>();
            for (Value value : graph.variables()) {
                if (value.isParameter()) {
                    Value gradient = graph.gradients().get(value);
                    assertThat(planned.fixed).anySatisfy(tensor -> assertThat(tensor.value()).isSameAs(gradient));
                    written.add(value.variable());
                }
            }
            assertThat(written).hasSize(6);
        }
    }
}
