package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.Support;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.graph.MixedPrecision;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.op.Cast;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that compute in 16 bits. */
@ExtendWith(NoLeaks.class)
class MixedPrecisionProgramTest {
    private static final int BATCH = 4;

    /** Half a unit in the last of the significant bits of a type: 8 of bf16, 11 of f16. */
    private static double rounding(Precision precision) {
        return switch (precision) {
            case F32 -> 0x1p-24;
            case BF16 -> 0x1p-9;
            case F16 -> 0x1p-12;
        };
    }

    static List<Arguments> devicesAndModels() {
        List<Arguments> arguments = new ArrayList<>();
        for (String device : TestDevices.all()) {
            for (Precision precision : List.of(Precision.BF16, Precision.F16)) {
                arguments.add(Arguments.of(device, precision, Networks.residual()));
                arguments.add(Arguments.of(device, precision, Networks.plain()));
            }
        }
        return arguments;
    }

    private static Graph training(Model model, PrecisionPolicy policy) {
        return Differentiation.differentiate(MixedPrecision.of(model.graph(BATCH), policy), Model.LOSS);
    }

    private static Program compile(Model model, Precision precision, Device device) {
        return Compiler.compile(training(model, PrecisionPolicy.of(precision)), device, CompileOptions.defaults());
    }

    /** Plain gradient descent on the master weights, on any device. */
    private static void descend(Program program, float rate) {
        Variables variables = program.variables();
        for (Variables.Slot slot : variables.slots()) {
            if (slot.isTrained()) {
                float[] values = variables.read(slot.variable().name());
                float[] gradient = variables.readGradient(slot.variable().name());
                for (int i = 0; i < values.length; i++) {
                    values[i] -= rate / LOSS_SCALE * gradient[i];
                }
                variables.write(slot.variable().name(), values);
            }
        }
    }

    /** Large enough that what f16 would lose of small gradients is kept. */
    private static final float LOSS_SCALE = 256;

    private static double[] gradients(Program program) {
        List<Double> all = new ArrayList<>();
        for (Variables.Slot slot : program.variables().slots()) {
            if (slot.isTrained()) {
                for (float value : program.variables().readGradient(slot.variable().name())) {
                    all.add((double) value / LOSS_SCALE);
                }
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double[] step(Program program) {
        program.variables().initialize(7);
        Networks.fill(program, 3);
        program.randomize(5, 6);
        program.scaleLoss(LOSS_SCALE);
        Networks.step(program);
        return gradients(program);
    }

    @ParameterizedTest
    @MethodSource("devicesAndModels")
    void gradientsAreThoseOfF32UpToRounding(String name, Precision precision, Model model) {
        try (Device device = TestDevices.openForAnyPrecision(name);
                Program wide = compile(model, Precision.F32, device);
                Variables wideVariables = wide.variables();
                Program narrow = compile(model, precision, device);
                Variables narrowVariables = narrow.variables()) {
            double[] expected = step(wide);
            double[] actual = step(narrow);
            double norm = Math.sqrt(Arrays.stream(expected).map(value -> value * value).sum());
            double distance = 0;
            for (int i = 0; i < expected.length; i++) {
                distance += (expected[i] - actual[i]) * (expected[i] - actual[i]);
            }
            // About a dozen tensors are rounded on the way, and a ReLU or a maximum may fall the other way.
            assertThat(Math.sqrt(distance) / norm)
                    .isBetween(rounding(precision) / 16, 32 * rounding(precision) + 0.015);
            assertThat(Networks.loss(narrow)).isCloseTo(Networks.loss(wide), within(16 * (float) rounding(precision)));
            assertThat(wideVariables.parameterElements()).isEqualTo(narrowVariables.parameterElements());
        }
    }

    @ParameterizedTest
    @MethodSource("devicesAndModels")
    void modelsTrain(String name, Precision precision, Model model) {
        try (Device device = TestDevices.openForAnyPrecision(name);
                Program program = compile(model, precision, device);
                Variables variables = program.variables()) {
            step(program);
            float before = Networks.loss(program);
            for (int i = 0; i < 12; i++) {
                descend(program, 0.2f);
                Networks.step(program);
            }
            assertThat(Networks.loss(program)).isLessThan(before / 2);
            assertThat(variables.slots()).allMatch(slot -> slot.stored().type().dtype() == DType.F32);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Precision.class, names = {"BF16", "F16"})
    void eachDeviceGivesTheReferencesNumbers(Precision precision) {
        for (Model model : List.of(Models.lenet(1, 16, 16, 10), Networks.residual(16), Networks.plain())) {
            double[] expected;
            try (Device device = TestDevices.openForAnyPrecision(TestDevices.ORACLE);
                    Program program = compile(model, precision, device);
                    Variables variables = program.variables()) {
                expected = step(program);
                assertThat(expected).hasSize(Math.toIntExact(variables.parameterElements()));
            }
            for (String backend : TestDevices.besidesTheOracle()) {
                try (Device device = TestDevices.openForAnyPrecision(backend);
                        Program program = compile(model, precision, device);
                        Variables variables = program.variables()) {
                    double[] actual = step(program);
                    assertThat(actual).hasSize(Math.toIntExact(variables.parameterElements()));
                    double norm = Math.sqrt(Arrays.stream(expected).map(value -> value * value).sum());
                    double distance = 0;
                    for (int i = 0; i < expected.length; i++) {
                        distance += (expected[i] - actual[i]) * (expected[i] - actual[i]);
                    }
                    // Sums in f32 and in double are rounded to 16 bits alike, but for those close to a tie.
                    assertThat(Math.sqrt(distance) / norm).as("%s on %s", model.name(), backend)
                            .isLessThan(8 * rounding(precision));
                }
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aMasterWeightMovesByLessThanItsRoundedCopyCanShow(String backend) {
        try (Device device = TestDevices.openForAnyPrecision(backend);
                Program program = compile(Networks.plain(), Precision.BF16, device);
                Variables variables = program.variables()) {
            step(program);
            float loss = Networks.loss(program);
            String name = variables.slots().iterator().next().variable().name();
            float[] weight = variables.read(name);
            Arrays.fill(weight, 1);
            variables.write(name, weight);
            program.prepack();
            program.forward();
            float before = Networks.loss(program);
            for (int i = 1; i <= 4; i++) {
                Arrays.fill(weight, 1 + i * 0x1p-10f); // a bf16 number just above 1 is 1 + 2^-7
                variables.write(name, weight);
                program.prepack();
                program.forward();
                assertThat(variables.read(name)).containsOnly(1 + i * 0x1p-10f);
                assertThat(Networks.loss(program)).isEqualTo(before);
            }
            Arrays.fill(weight, 1 + 5 * 0x1p-10f); // past the middle
            variables.write(name, weight);
            program.prepack();
            program.forward();
            assertThat(Networks.loss(program)).isNotEqualTo(before).isNotEqualTo(loss);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void weightsAreCastWhereParametersArePrepackedAndSlotsTakeTwoBytes(String backend) {
        try (Device device = TestDevices.openForAnyPrecision(backend);
                Program wide = compile(Networks.residual(), Precision.F32, device);
                Variables wideVariables = wide.variables();
                Program narrow = compile(Networks.residual(), Precision.BF16, device);
                Variables narrowVariables = narrow.variables()) {
            assertThat(narrow.explain()).filteredOn(kernel -> kernel.operation().equals("cast")
                    && kernel.layer().endsWith(".weight")).hasSize(6)
                    .allMatch(kernel -> kernel.stage().equals("prepack"));
            assertThat(wideVariables.slots()).hasSameSizeAs(narrowVariables.slots());
            assertThat(narrow.memoryUse().activationBytes()).isLessThan(wide.memoryUse().activationBytes() * 3 / 4);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void inferenceSharesTheMasterWeights(String backend) {
        Model model = Networks.residual();
        Graph graph = MixedPrecision.of(model.graph(BATCH), PrecisionPolicy.of(Precision.BF16));
        try (Device device = TestDevices.openForAnyPrecision(backend);
                Program program = compile(model, Precision.BF16, device);
                Variables variables = program.variables();
                Program inference = Compiler.compile(Inference.of(graph), device, CompileOptions.defaults(),
                        variables)) {
            step(program);
            inference.prepack();
            Networks.fill(inference, 3);
            inference.forward();
            assertThat(Networks.loss(inference)).isFinite().isNotEqualTo(Networks.loss(program));
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aLayerThatOverflowsIsNamed(String backend) {
        try (Device device = TestDevices.openForAnyPrecision(backend);
                Program program = compile(Networks.plain(), Precision.F16, device);
                Variables variables = program.variables()) {
            step(program);
            float[] weight = variables.read("0.weight");
            Arrays.fill(weight, 60000);
            variables.write("0.weight", weight);
            program.prepack();
            program.forward();
            assertThat(program.locateNonFinite().map(Program.NonFinite::layer)).contains("0");
        }
    }

    @ParameterizedTest
    @EnumSource(value = Precision.class, names = {"BF16", "F16"})
    void whatTheProcessorDoesNotComputeInIsRefusedWhenCompiled(Precision precision) {
        try (Device device = TestDevices.open(TestDevices.CPU)) {
            Support support = device.supports(new Cast(precision.dtype()), List.of(TensorType.f32(3)));
            assumeThat(support).as("a processor without arithmetic in %s", precision.lowerCase())
                    .isInstanceOf(Support.No.class);
            assertThatThrownBy(() -> compile(Networks.plain(), precision, device).close())
                    .isInstanceOf(UnsupportedOperationOnDevice.class)
                    .hasMessageMatching("device cpu cannot run .* \\(cast\\): this processor has no arithmetic in "
                            + precision.lowerCase() + " \\(instruction set .*\\): compute in f32, or allow emulation"
                            + " \\(--allow-emulation\\), which is slower");
        }
    }
}
