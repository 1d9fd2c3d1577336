package dev.gatun.optim;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.gatun.SourceProgram;
import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.ElementRange;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Optimizers on memory that Gatun did not allocate. What they refuse is in {@link OptimizersRefusalsTest}. */
@ExtendWith(NoLeaks.class)
class OptimizersTest {
    private static final AdamHyperparameters ADAM = AdamHyperparameters.ADAMW.withLearningRate(0.1);
    private static final SgdHyperparameters SGD = SgdHyperparameters.DEFAULTS.withLearningRate(1);
    private static final long ELEMENTS = 37;

    private final Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment parameters = floats(0.5f);
    private final MemorySegment gradients = floats(0.25f);

    @AfterEach
    void close() {
        arena.close();
        device.close();
    }

    private MemorySegment floats(float first) {
        MemorySegment memory = arena.allocate(JAVA_FLOAT, ELEMENTS);
        for (long i = 0; i < ELEMENTS; i++) {
            memory.setAtIndex(JAVA_FLOAT, i, first * (i - 9));
        }
        return memory;
    }

    private static float[] values(MemorySegment memory) {
        return memory.toArray(JAVA_FLOAT);
    }

    @Test
    void theProgramOfTheReadmeRuns(@TempDir Path classes) throws Exception {
        device.close(); // the program opens its own
        SourceProgram program = SourceProgram.inReadme("Your own tensors", "OwnTensors");
        assertThat(program.lines()).as("15 lines and four imports").isLessThanOrEqualTo(15 + 4);
        assertThat(program.run(classes)).hasSize(1).first(STRING).satisfies(line -> {
            List<Double> weights = Pattern.compile("[\\[\\], ]+").splitAsStream(line).filter(part -> !part.isEmpty())
                    .map(Double::valueOf).toList();
            assertThat(weights).hasSize(3).as("at the minimum").allMatch(weight -> Math.abs(weight) < 1e-3);
        });
    }

    @Test
    void onTheCallersStatesNothingIsAllocated() {
        MemorySegment first = arena.allocate(JAVA_FLOAT, ELEMENTS);
        MemorySegment second = arena.allocate(JAVA_FLOAT, ELEMENTS);
        MemorySegment twin = floats(0.5f);
        try (Optimizer own = Optimizers.on(
                        device, ADAM, parameters, gradients, Map.of("exp_avg", first, "exp_avg_sq", second));
                Optimizer allocating = Optimizers.on(device, ADAM, twin, gradients)) {
            assertThat(own.states()).isEmpty();
            assertThat(device.memory().used()).as("the other's states").isEqualTo(2 * ELEMENTS * Float.BYTES);
            for (int step = 0; step < 3; step++) {
                own.step();
                allocating.step();
            }
            assertThat(values(parameters)).containsExactly(values(twin)).doesNotContain(0.5f * (3 - 9));
            assertThat(values(first)).containsExactly(Transfers.floats(device, allocating.state("exp_avg")));
            assertThat(values(second)).containsExactly(Transfers.floats(device, allocating.state("exp_avg_sq")));
        }
        assertThat(device.memory().used()).isZero();
        assertThat(values(first)).as("still the caller's").doesNotContain(Float.NaN);
    }

    @Test
    void aRunGoesOnWithTheStatesItLeft() {
        MemorySegment first = arena.allocate(JAVA_FLOAT, ELEMENTS);
        Map<String, MemorySegment> states = Map.of("exp_avg", first, "exp_avg_sq",
                arena.allocate(JAVA_FLOAT, ELEMENTS));
        MemorySegment twin = floats(0.5f);
        try (Optimizer whole = Optimizers.on(device, ADAM, twin, gradients)) {
            whole.step();
            whole.step();
        }
        try (Optimizer half = Optimizers.on(device, ADAM, parameters, gradients, states)) {
            half.step();
        }
        try (Optimizer rest = Optimizers.on(device, ADAM, parameters, gradients, states)) {
            rest.setSteps(1);
            rest.step();
        }
        assertThat(values(parameters)).containsExactly(values(twin));
    }

    @Test
    void groupsOptionsAndAnAverageOfTheCallersOwn() {
        MemorySegment average = arena.allocate(JAVA_FLOAT, ELEMENTS);
        OptimizerOptions options = OptimizerOptions.NONE.withClipValue(1).withAverageDecay(0.5);
        try (Optimizer optimizer = Optimizers.on(device, List.of(SGD, SGD.withLearningRate(2)),
                List.of(new ElementRange(0, 2, 1), new ElementRange(2, 4, 0)), parameters, gradients,
                Map.of(Optimizer.AVERAGE, average), options)) {
            optimizer.step();
            assertThat(values(parameters)).startsWith(-4.5f + 2, -4 + 2, -3.5f + 1, -3 + 1, -2.5f, -2);
            assertThat(values(average)).startsWith(-2.5f, -2, -2.5f, -2, 0, 0);
            assertThat(optimizer.groups()).isEqualTo(2);
            assertThat(device.memory().used()).isZero();
        }
    }

    @Test
    void statesAreGivenAllOrNone() {
        MemorySegment memory = arena.allocate(JAVA_FLOAT, ELEMENTS);
        for (Map<String, MemorySegment> wrong : List.of(
                Map.of("exp_avg", memory), Map.of("momentum", memory),
                Map.of("exp_avg", memory, "exp_avg_sq", floats(0), "extra", floats(0)))) {
            assertThatThrownBy(() -> Optimizers.on(device, ADAM, parameters, gradients, wrong).close())
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("[exp_avg, exp_avg_sq]")
                    .hasMessageContaining("give exactly these, or none");
        }
        assertThat(device.memory().used()).isZero();
    }

    @Test
    void noElementsAreNothingToDo() {
        try (Optimizer optimizer = Optimizers.on(device, ADAM, parameters.asSlice(0, 0), gradients.asSlice(0, 0))) {
            assertThat(optimizer.step()).isTrue();
        }
    }
}
