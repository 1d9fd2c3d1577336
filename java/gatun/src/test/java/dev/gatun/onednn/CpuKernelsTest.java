package dev.gatun.onednn;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.reference.Close;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.OpCase;
import dev.gatun.reference.OpCases;
import dev.gatun.shape.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel of the CPU against the reference in double precision, in every layout and on one and two threads. */
@ExtendWith(NoLeaks.class)
class CpuKernelsTest {
    static List<OpCase> cases() {
        List<OpCase> cases = new ArrayList<>(OpCases.all());
        cases.addAll(PaddingCases.all());
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void resultsAndGradientsAreTheReferences(OpCase opCase) {
        compare(opCase, Differentiation.differentiate(opCase.graph(DType.F64), "loss"),
                Differentiation.differentiate(opCase.graph(DType.F32), "loss"), 2);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void inferenceGivesTheReferencesResults(OpCase opCase) {
        compare(opCase, Inference.of(opCase.graph(DType.F64)), Inference.of(opCase.graph(DType.F32)), 1);
    }

    static List<OpCase> twiceDifferentiable() {
        return cases().stream().filter(OpCase::isTwiceDifferentiable).toList();
    }

    /** The gradients of a gradient's norm: kernels on operands that no model gives them directly. */
    @ParameterizedTest
    @MethodSource("twiceDifferentiable")
    void secondDerivativesAreTheReferences(OpCase opCase) {
        compare(opCase, Differentiation.differentiate(opCase.penalty(DType.F64), "penalty"),
                Differentiation.differentiate(opCase.penalty(DType.F32), "penalty"), 2);
    }

    static void compare(OpCase opCase, Graph exact, Graph rounded, int mostThreads) {
        Map<String, double[]> values = opCase.values();
        GraphRunner.Result expected;
        try (Device reference = Backends.open("reference", DeviceOptions.defaults())) {
            expected = GraphRunner.run(exact, reference, values);
        }
        for (int threads = 1; threads <= mostThreads; threads++) {
            try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(threads))) {
                for (LayoutPolicy policy : LayoutPolicy.values()) {
                    GraphRunner.Result actual = GraphRunner.run(rounded, device, policy, values);
                    compare(policy + " on " + threads + " threads: ", exact, rounded, expected, actual,
                            opCase.tolerance());
                }
            }
        }
    }

    private static void compare(
            String where, Graph exact, Graph rounded, GraphRunner.Result expected, GraphRunner.Result actual,
            double tolerance) {
        for (int n = 0; n < exact.nodes().size(); n++) {
            Node node = exact.nodes().get(n);
            for (int i = 0; i < node.outputs().size(); i++) {
                Value value = node.outputs().get(i);
                if (expected.values().containsKey(value)) {
                    Close.assertClose(where + value.name(), actual.of(rounded.nodes().get(n).outputs().get(i)),
                            expected.of(value), tolerance);
                }
            }
        }
        for (int i = 0; i < exact.variables().size(); i++) { // running statistics change in place
            Value variable = exact.variables().get(i);
            Close.assertClose(where + variable.name(), actual.of(rounded.variables().get(i)), expected.of(variable),
                    tolerance);
        }
    }
}
