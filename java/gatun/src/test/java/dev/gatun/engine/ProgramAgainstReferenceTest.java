package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.op.Linear;
import dev.gatun.op.Reshape;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.reference.Close;
import dev.gatun.reference.Elements;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.OpCase;
import dev.gatun.reference.OpCases;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fused, compiled, planned programs against the plain graph and against the same program on the reference. */
@ExtendWith(NoLeaks.class)
class ProgramAgainstReferenceTest {
    static List<OpCase> cases() {
        List<OpCase> cases = new ArrayList<>(OpCases.all());
        cases.add(new OpCase("two parameters with one gradient", b -> {
            Value first = b.variable("first", Variable.Kind.WEIGHT, 4, 5);
            Value second = b.variable("second", Variable.Kind.WEIGHT, 4, 5);
            return b.classify(b.graph.apply("fc", new Linear(), b.input(3, 5), b.add("sum", first, second)));
        }, Map.of(), 2e-5));
        cases.add(reshapedIntoRows("images whose rows a reshape moves", Shape.of(6, 4), 3, 4, 2, 1));
        cases.add(reshapedIntoRows("six dimensions whose rows a reshape moves", Shape.of(4, 9), 2, 1, 2, 3, 1, 3));
        cases.add(reshapedIntoRows("images of six dimensions", Shape.of(2, 18), 2, 1, 2, 3, 1, 3));
        cases.add(reshapedIntoRows("a vector made rows", Shape.of(2, 3), 6));
        return cases;
    }

    /** A linear layer behind a tensor that is read under another shape. */
    private static OpCase reshapedIntoRows(String name, Shape rows, long... extents) {
        return new OpCase(name, b -> {
            Value x = b.binary("scaled", BinaryFunction.MULTIPLY, b.input(extents),
                    b.variable("scale", Variable.Kind.WEIGHT, extents));
            return b.classify(b.graph.apply("rows", new Reshape(rows), x));
        }, Map.of(), 2e-5);
    }

    static List<Model> models() {
        return List.of(Models.lenet(1, 16, 16, 10), Networks.residual(), Networks.residual(16), Networks.plain());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyCaseGivesTheUnfusedGraphsNumbers(OpCase opCase) {
        Graph exact = Differentiation.differentiate(opCase.graph(DType.F64), "loss");
        Graph fused = Differentiation.differentiate(opCase.graph(DType.F32), "loss");
        GraphRunner.Result expected;
        try (Device reference = TestDevices.open(TestDevices.ORACLE)) {
            expected = GraphRunner.run(exact, reference, opCase.values());
        }
        for (String backend : TestDevices.besidesTheOracle()) {
            try (Device device = TestDevices.open(backend)) {
                for (LayoutPolicy policy : TestDevices.layouts(device)) {
                    try (Program program =
                                    Compiler.compile(fused, device, CompileOptions.defaults().withLayout(policy));
                            Variables variables = program.variables()) {
                        opCase.values().forEach((name, values) -> set(program, name, values));
                        Networks.step(program);
                        compare(backend + ", " + policy + ": ", program, expected, opCase.tolerance());
                        assertThat(variables.parameterElements()).isEqualTo(exact.parameterElements());
                    }
                }
            }
        }
    }

    private static void set(Program program, String name, double[] values) {
        if (program.variables().contains(name)) {
            program.variables().write(name, floats(values));
        } else {
            Networks.fill(program, program.graph().input(name), values);
        }
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    private static void compare(String where, Program program, GraphRunner.Result expected, double tolerance) {
        program.graph().outputs().forEach((name, value) -> Close.assertClose(where + name,
                Elements.read(Transfers.read(program.device(), program.output(name)), Stored.rowMajor(value.type())),
                expected.output(name), tolerance));
        for (Variables.Slot slot : program.variables().slots()) {
            Variable variable = slot.variable();
            Close.assertClose(where + variable.name(), doubles(program.variables().read(variable.name())),
                    expected.variable(variable.name()), tolerance);
            if (variable.isParameter()) {
                Close.assertClose(where + "gradient of " + variable.name(),
                        doubles(program.variables().readGradient(variable.name())), expected.gradient(variable.name()),
                        tolerance);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void modelsHaveTheSameLossAndGradientsOnAllDevices(Model model) {
        Map<String, double[]> expected = step(model, TestDevices.ORACLE, LayoutPolicy.CHANNELS_LAST, 1);
        for (String backend : TestDevices.besidesTheOracle()) {
            for (int threads = 1; threads <= threads(backend); threads++) {
                for (LayoutPolicy policy : layouts(backend)) {
                    Map<String, double[]> actual = step(model, backend, policy, threads);
                    assertThat(actual.keySet()).isEqualTo(expected.keySet());
                    expected.forEach((name, values) -> {
                        double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
                        Close.assertWithin(name + ", " + policy + " on " + backend, actual.get(name), values,
                                1e-6 + 2e-4 * largest);
                    });
                }
            }
        }
    }

    private static List<LayoutPolicy> layouts(String backend) {
        try (Device device = TestDevices.open(backend)) {
            return TestDevices.layouts(device);
        }
    }

    /** One or two: what a device has that is asked for two. */
    private static int threads(String backend) {
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(2))) {
            return device.threads();
        }
    }

    /** Loss, buffers and gradients of one step from the same start. */
    private static Map<String, double[]> step(Model model, String backend, LayoutPolicy policy, int threads) {
        Map<String, double[]> results = new LinkedHashMap<>();
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(threads));
                Program program = Compiler.compile(Networks.training(model, 4), device,
                        CompileOptions.defaults().withLayout(policy));
                Variables variables = program.variables()) {
            variables.initialize(7);
            Networks.fill(program, 3);
            program.randomize(5, 6);
            Networks.step(program);
            results.put("loss", new double[] {Networks.loss(program)});
            for (Value value : program.graph().variables()) {
                results.put(value.name(), doubles(value.isParameter()
                        ? variables.readGradient(value.name())
                        : variables.read(value.name())));
            }
        }
        return results;
    }

    /** oneDNN's plain loops are a hundred times slower than its real kernels, and it chooses them without a word. */
    @ParameterizedTest
    @MethodSource("models")
    void noKernelIsOneOfOnednnsPlainLoops(Model model) {
        try (Device device = TestDevices.open(TestDevices.CPU)) {
            for (LayoutPolicy policy : LayoutPolicy.values()) {
                try (Program program =
                                Compiler.compile(Networks.training(model, 2), device,
                                CompileOptions.defaults().withLayout(policy));
                        Variables variables = program.variables()) {
                    assertThat(variables.parameterElements()).isPositive();
                    assertThat(program.explain()).as("%s", policy)
                            .noneMatch(kernel -> kernel.implementation().startsWith("ref"));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyVariableIsReadBackAsItWasWritten(Model model) {
        TestDevices.all().forEach(backend -> everyVariableIsReadBack(model, backend));
    }

    private static void everyVariableIsReadBack(Model model, String backend) {
        try (Device device = TestDevices.open(backend);
                Program program =
                        Compiler.compile(Networks.training(model, 2), device,
                        CompileOptions.defaults().withLayout(LayoutPolicy.BLOCKED));
                Variables variables = program.variables()) {
            List<String> names = new ArrayList<>();
            variables.slots().forEach(slot -> names.add(slot.variable().name()));
            for (String name : names) {
                float[] values = new float[Math.toIntExact(variables.slot(name).variable().shape().elements())];
                for (int i = 0; i < values.length; i++) {
                    values[i] = i + 1 + names.indexOf(name);
                }
                variables.write(name, values);
            }
            for (String name : names) {
                float[] values = variables.read(name);
                for (int i = 0; i < values.length; i++) {
                    assertThat(values[i]).isEqualTo(i + 1 + names.indexOf(name));
                }
            }
        }
    }
}
