package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.optim.Optimizer;
import dev.gatun.update.ElementRange;
import dev.gatun.update.rule.AdamHyperparameters;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;

/** A compiled program from outside: phases, sharing, refusals, faults. */
@ParameterizedClass
@OnEachDevice
@ExtendWith(NoLeaks.class)
class ProgramTest {
    private static final int BATCH = 3;

    private final Device device;
    private final Model model = Networks.residual();
    private final Program program;
    private final Variables variables;

    ProgramTest(String backend) {
        device = Backends.open(backend, DeviceOptions.defaults().withThreads(1));
        program = Compiler.compile(
                Networks.training(model, BATCH), device, CompileOptions.defaults().withLayout(LayoutPolicy.BLOCKED));
        variables = program.variables();
    }

    /** What only native kernels do. */
    private void onlyOnTheCpu() {
        assumeThat(device.name()).isEqualTo("cpu");
    }

    @BeforeEach
    void start() {
        variables.initialize(1);
        Networks.fill(program, 1);
    }

    @AfterEach
    void close() {
        program.close();
        variables.close();
        device.close();
    }

    private Optimizer sgdLike() {
        long elements = variables.parameters().bytes() / Float.BYTES;
        return new Optimizer(device, variables.parameters(), variables.gradients(),
                List.of(AdamHyperparameters.ADAM.withLearningRate(1e-2)), List.of(new ElementRange(0, elements, 0)));
    }

    private float forward() {
        program.prepack();
        program.forward();
        return Networks.loss(program);
    }

    @Test
    void anObserverIsToldOfEachKernelAndItsTime() {
        List<KernelReport> seen = new ArrayList<>();
        AtomicLong latest = new AtomicLong(System.nanoTime());
        program.observe((kernel, begin, end) -> {
            assertThat(begin).isBetween(latest.getAndSet(end), end);
            seen.add(kernel);
        });
        program.prepack();
        program.forward();
        program.backward();
        program.updateRunningStatistics();
        Comparator<KernelReport> byStage = Comparator.comparing(KernelReport::stage);
        assertThat(seen.stream().sorted(byStage)).isNotEmpty().containsExactlyElementsOf(program.explain().stream()
                .filter(kernel -> !kernel.operation().equals("reshape")).sorted(byStage).toList());
        program.observe(null);
        program.forward();
        program.observe((kernel, _, _) -> seen.add(kernel));
        int before = seen.size();
        program.backward((_, _) -> { });
        assertThat(seen.subList(before, seen.size())).isNotEmpty()
                .allMatch(kernel -> kernel.stage().equals("backward"));
    }

    @Test
    void trainingLowersTheLoss() {
        try (Optimizer optimizer = sgdLike()) {
            float before = forward();
            for (int i = 0; i < 30; i++) {
                Networks.step(program);
                optimizer.step();
            }
            assertThat(forward()).isLessThan(before / 2);
        }
    }

    @Test
    void aStepIsRepeatableAndForwardChangesNoVariable() {
        Networks.step(program);
        float loss = Networks.loss(program);
        float[] gradient = variables.readGradient("0.weight");
        float[] mean = variables.read("1.running_mean");
        program.forward();
        program.backward();
        assertThat(Networks.loss(program)).isEqualTo(loss);
        assertThat(variables.readGradient("0.weight")).isEqualTo(gradient);
        assertThat(variables.read("1.running_mean")).as("only an update of running statistics moves it")
                .isEqualTo(mean);
        program.updateRunningStatistics();
        assertThat(variables.read("1.running_mean")).isNotEqualTo(mean);
    }

    @Test
    void aChangedParameterCountsFromTheNextPrepack() {
        onlyOnTheCpu();
        // The linear layer at the end wants its weight as the gradient has it, or prepacked: prepack makes both the
        // same.
        float before = forward();
        float[] weight = variables.read("3.0.weight");
        for (int i = 0; i < weight.length; i++) {
            weight[i] *= -3;
        }
        variables.write("3.0.weight", weight);
        float after = forward();
        assertThat(after).isNotEqualTo(before);
        program.forward();
        assertThat(Networks.loss(program)).isEqualTo(after);
        assertThat(program.explain()).as("this network prepacks something")
                .anyMatch(kernel -> kernel.stage().equals("prepack") && kernel.isReorder());
    }

    @Test
    void anotherBatchSizeAndInferenceShareTheVariables() {
        forward();
        try (Program one = Compiler.compile(Networks.training(model, 1), device,
                CompileOptions.defaults().withLayout(LayoutPolicy.BLOCKED),
                        variables);
                Program inference = Compiler.compile(Networks.inference(model, BATCH), device,
                        CompileOptions.defaults(), variables);
                Program single = Compiler.compile(Networks.inference(model, 1), device,
                        CompileOptions.defaults().withLayout(LayoutPolicy.BLOCKED), variables)) {
            assertThat(one.variables()).isSameAs(variables);
            for (int i = 0; i < 400; i++) { // until the running statistics are the batch's
                program.updateRunningStatistics();
            }
            // n / (n - 1) tells the running variance from the batch's: 3 images of 9x9 or 5x5 make it small.
            inference.prepack();
            Networks.fill(inference, 1);
            inference.forward();
            single.prepack();
            double sum = 0;
            for (int image = 0; image < BATCH; image++) {
                copyImage(inference, single, image);
                single.forward();
                sum += Networks.loss(single);
                for (int c = 0; c < model.classes(); c++) {
                    assertThat(Networks.output(single, Model.PROBABILITIES)[c]).isCloseTo(
                            Networks.output(inference, Model.PROBABILITIES)[image * model.classes() + c],
                            within(1e-5f));
                }
            }
            assertThat(sum / BATCH).isCloseTo(Networks.loss(inference), within(1e-5));
            assertThat(Networks.loss(inference)).isCloseTo(Networks.loss(program), within(0.2f));
        }
    }

    private static void copyImage(Program from, Program to, int image) {
        for (String input : List.of(Model.IMAGES, Model.LABELS)) {
            long bytes = to.input(input).bytes();
            to.device().copy(from.input(input).slice(image * bytes, bytes), to.input(input));
        }
    }

    @Test
    void closingOneProgramLeavesTheOthersUsable() {
        Program other = Compiler.compile(
                Networks.inference(model, 1), device, CompileOptions.defaults(), variables);
        float loss = forward();
        other.close();
        assertThat(forward()).isEqualTo(loss);
    }

    @Test
    void useFromAnotherThreadIsRefusedAndHarmless() throws InterruptedException {
        float loss = forward();
        List<Consumer<Program>> calls = List.of(Program::prepack, Program::forward, Program::backward,
                Program::updateRunningStatistics,
                Program::close, Program::locateNonFinite, p -> p.variables().close(), p -> p.randomize(1, 1));
        for (Consumer<Program> call : calls) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread.ofPlatform().name("stranger").start(() -> {
                try {
                    call.accept(program);
                } catch (IllegalStateException e) {
                    thrown.set(e);
                }
            }).join();
            assertThat(thrown.get()).hasMessageContaining("not to \"stranger\"");
        }
        assertThat(forward()).isEqualTo(loss);
    }

    @Test
    void useAfterCloseIsRefused() {
        var input = program.input(Model.IMAGES);
        program.close();
        program.close();
        assertThatThrownBy(program::forward).isInstanceOf(IllegalStateException.class)
                .hasMessage("the program is closed");
        assertThatThrownBy(() -> program.input(Model.IMAGES)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Transfers.read(device, input)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aProgramWhoseVariablesAreClosedDoesNotRun() {
        forward();
        variables.close();
        variables.close();
        assertThatThrownBy(program::forward)
                .isInstanceOf(IllegalStateException.class).hasMessage("the variables are closed");
        assertThatThrownBy(() -> variables.read("0.weight")).isInstanceOf(IllegalStateException.class);
    }

    /** Its kernels hold bare addresses: whoever closes what, their memory stays until the program is closed. */
    @Test
    void noOrderOfClosingPullsMemoryAwayUnderAProgram() {
        float loss = forward();
        long used = device.memory().used();
        MemoryBudget.outstanding().stream().filter(buffer -> buffer.label().equals("parameters")
                || buffer.label().equals("activations")).forEach(Buffer::close);
        assertThat(device.memory().used()).as("closed, but not given back").isEqualTo(used);
        assertThatThrownBy(() -> variables.read("0.weight")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(program::backward).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
        assertThat(loss).isFinite();
        program.close();
        variables.close();
        assertThat(device.memory().used()).isZero();
    }

    @Test
    void aProgramWhoseDeviceIsClosedDoesNotRun() {
        device.close();
        assertThatThrownBy(program::forward).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aNonFiniteInputIsFound() {
        Transfers.change(device, program.input(Model.IMAGES),
                memory -> memory.setAtIndex(ValueLayout.JAVA_FLOAT, 5, Float.NaN));
        assertThat(forward()).isNaN();
        assertThat(program.locateNonFinite()).contains(new Program.NonFinite(Model.IMAGES, "the input itself"));
    }

    @Test
    void aNonFiniteParameterIsFound() {
        float[] weight = variables.read("3.3.weight");
        weight[17] = Float.POSITIVE_INFINITY;
        variables.write("3.3.weight", weight);
        forward();
        assertThat(program.locateNonFinite()).map(Program.NonFinite::layer).contains("3.3.weight");
    }

    @Test
    void aLayerThatOverflowsIsFound() {
        float[] weight = variables.read("3.3.weight");
        Arrays.fill(weight, 3e38f);
        variables.write("3.3.weight", weight);
        forward();
        Optional<Program.NonFinite> found = program.locateNonFinite();
        assertThat(found).map(Program.NonFinite::layer).contains("3.3");
        assertThat(found).map(Program.NonFinite::what).contains("output of convolution");
    }

    @Test
    void nothingIsFoundWhereEverythingIsFinite() {
        forward();
        assertThat(program.locateNonFinite()).isEmpty();
    }

    @Test
    void aStepAllocatesNoHeapMemory() {
        onlyOnTheCpu();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Optimizer optimizer = sgdLike()) {
            long least = Long.MAX_VALUE;
            // Not before the JIT compiler has seen through the calls; how soon is its own business.
            for (int round = 0; round < 200 && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int step = 0; step < 20; step++) {
                    program.randomize(1, step);
                    Networks.step(program);
                    optimizer.setLearningRate(1e-3);
                    optimizer.step();
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isZero();
        }
    }

    @Test
    void everyKernelIsExplained() {
        onlyOnTheCpu();
        List<KernelReport> kernels = program.explain();
        assertThat(kernels).extracting(KernelReport::stage)
                .containsSubsequence("prepack", "forward", "backward", "running_statistics")
                .containsOnly("prepack", "forward", "backward", "running_statistics");
        assertThat(kernels).allSatisfy(kernel -> {
            assertThat(kernel.layer()).isNotEmpty();
            assertThat(kernel.implementation()).isNotEmpty();
            assertThat(kernel.isReorder()).isEqualTo(kernel.operation().equals("reorder"));
            assertThat(kernel.isReorder() ? kernel.flops() : 0).isZero();
        });
        assertThat(kernels.stream().filter(kernel -> !kernel.isReorder())
                .mapToInt(kernel -> kernel.operation().split(" \\+ ").length).sum())
                .as("every operation is in one kernel").isEqualTo(program.graph().nodes().size());
        assertThat(kernels).filteredOn(kernel -> kernel.layer().equals("0") && kernel.stage().equals("forward")
                        && !kernel.isReorder())
                .singleElement().satisfies(kernel -> {
                    assertThat(kernel.operation()).isEqualTo("convolution");
                    assertThat(kernel.inputs()).contains("f32(3x3x9x9)").contains("f32(10x3x3x3)");
                    assertThat(kernel.flops()).isEqualTo(2L * BATCH * 10 * 9 * 9 * 3 * 3 * 3);
                });
    }

    @Test
    void memoryUseIsReported() {
        Program.MemoryUse use = program.memoryUse();
        assertThat(use.activationBytes()).isGreaterThanOrEqualTo(use.peakBytes()).isPositive();
        assertThat(device.memory().used()).isEqualTo(use.activationBytes() + use.workspaceBytes()
                + variables.parameters().bytes() * 2 + variables.buffers().bytes());
    }
}
