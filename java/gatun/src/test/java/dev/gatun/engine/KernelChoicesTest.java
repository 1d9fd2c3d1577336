package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.graph.Graph;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Choices of a compile: measured without a trace, recorded, and taken again as they are. */
@ExtendWith(NoLeaks.class)
class KernelChoicesTest {
    @TempDir
    Path cache;

    private final Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));
    private final Model model = Networks.residual();
    private final Graph graph = Networks.training(model, 2);

    @AfterEach
    void close() {
        device.close();
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by its contents
    private record Outcome(List<String> kernels, KernelChoices choices, float loss, float[] gradient) {}

    private Outcome compileAndStep(CompileOptions options) {
        try (Program program = Compiler.compile(graph, device, options); Variables variables = program.variables()) {
            variables.initialize(3);
            Networks.fill(program, 1);
            Networks.step(program);
            return new Outcome(program.explain().stream().map(KernelReport::toString).toList(), program.choices(),
                    Networks.loss(program), variables.readGradient("0.weight"));
        }
    }

    @Test
    void recordedChoicesGiveTheSameProgramBitForBit() {
        Outcome measured = compileAndStep(CompileOptions.measured().withCache(cache));
        assertThat(measured.choices.entries()).hasSizeGreaterThan(5);
        for (Tuning tuning : Tuning.values()) {
            Outcome again = compileAndStep(CompileOptions.defaults().withTuning(tuning).withRecorded(measured.choices)
                    .withCache(cache.resolve("empty")));
            assertThat(again.kernels).isEqualTo(measured.kernels);
            assertThat(again.choices).isEqualTo(measured.choices);
            assertThat(again.loss).isEqualTo(measured.loss);
            assertThat(again.gradient).isEqualTo(measured.gradient);
            assertThat(cache.resolve("empty")).as("nothing was measured").doesNotExist();
        }
    }

    /** A layout that won with kernels that nobody compared may not win with the fastest. */
    @Test
    void aLayoutIsNotRememberedWhereItsKernelsWereNotMeasured() throws IOException {
        CompileOptions options = CompileOptions.measured().withCache(cache);
        CompileOptions settled = Trials.settle(graph, device, options, null, -1, () -> 0);
        assertThat(settled.recorded().entries().keySet()).anyMatch(problem -> problem.startsWith("layout"));
        assertThat(cache.resolve("kernels")).doesNotExist();
        Trials.settle(graph, device, options, null, Tuner.LIMIT, () -> 0);
        try (Stream<Path> files = Files.list(cache.resolve("kernels"))) {
            assertThat(files).hasSizeGreaterThan(5);
        }
    }

    /** Every choice that differs from the first is one that the recorded compile takes. */
    @Test
    void everyOtherCandidateCanBeRecordedAndComputesTheSame() {
        Outcome first = compileAndStep(CompileOptions.defaults()
                .withRecorded(KernelChoices.of(Map.of("none", "none"))));
        Map<String, String> other = new TreeMap<>();
        first.choices.entries().forEach((problem, choice) -> {
            if (problem.startsWith("layout")) {
                other.put(problem, Arrays.stream(LayoutPolicy.values()).map(LayoutPolicy::name)
                        .filter(name -> !name.equals(choice)).findFirst().orElseThrow());
            }
        });
        assertThat(other).hasSize(1);
        Outcome second = compileAndStep(CompileOptions.defaults().withRecorded(KernelChoices.of(other)));
        assertThat(second.kernels).isNotEqualTo(first.kernels);
        assertThat(second.choices.entries()).containsAllEntriesOf(other);
        assertThat(second.loss).isCloseTo(first.loss, org.assertj.core.api.Assertions.within(1e-5f));
    }

    @Test
    void measuringLeavesNoMemoryAndNoSharedVariableChanged() {
        try (Program program = Compiler.compile(graph, device, CompileOptions.defaults());
                Variables variables = program.variables()) {
            variables.initialize(3);
            Networks.fill(program, 1);
            Networks.step(program);
            float[] gradient = variables.readGradient("0.weight");
            float[] weight = variables.read("0.weight");
            long used = device.memory().used();
            CompileOptions options = CompileOptions.measured().withCache(cache);
            Compiler.compile(Networks.training(model, 1), device, options, variables).close();
            Compiler.compile(Networks.inference(model, 3), device, options, variables).close();
            assertThat(device.memory().used()).isEqualTo(used);
            assertThat(variables.readGradient("0.weight")).isEqualTo(gradient);
            assertThat(variables.read("0.weight")).isEqualTo(weight);
        }
    }

    @Test
    void whatWasMeasuredIsFoundInTheCache() {
        CompileOptions options = CompileOptions.measured().withCache(cache);
        Trials.settle(graph, device, options, null, Tuner.LIMIT, () -> 0);
        assertThat(cache.resolve("kernels")).isDirectoryContaining("glob:**.choice");
        KernelChoices choices = compileAndStep(options).choices;
        assertThat(compileAndStep(options).choices).isEqualTo(choices);
    }

    @Test
    void theFirstCandidatesAreTheSameEverywhere() {
        Outcome one = compileAndStep(CompileOptions.defaults());
        Outcome two = compileAndStep(CompileOptions.defaults());
        assertThat(two.kernels).isEqualTo(one.kernels);
        assertThat(two.choices).isEqualTo(one.choices);
        assertThat(two.gradient).isEqualTo(one.gradient);
    }

    @Test
    void choicesOfSeveralProgramsAreKeptTogether() {
        KernelChoices one = KernelChoices.of(Map.of("a", "1", "b", "1"));
        assertThat(one.and(KernelChoices.of(Map.of("b", "2", "c", "2"))).entries())
                .isEqualTo(Map.of("a", "1", "b", "2", "c", "2"));
        assertThat(KernelChoices.NONE.and(one)).isEqualTo(one);
    }
}
