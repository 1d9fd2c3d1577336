package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.MixedPrecision;
import dev.gatun.graph.Node;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Op;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.RecurrentBackward;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation in bf16 and f16, forward and backward: what it makes of the numbers that it reads is what the same
 * operation makes of them in double, rounded once. So the bound is that of one rounding, however many terms are summed;
 * whole graphs would differ by more, where a maximum or a ReLU falls the other way.
 */
@ExtendWith(NoLeaks.class)
class OpCasesInSixteenBitsTest {
    /** Graphs all in 16 bits but for what is of each channel, and graphs as models are rewritten. */
    enum Form {
        DIRECT,
        MIXED;

        Graph of(OpCase opCase, Precision precision) {
            return switch (this) {
                case DIRECT -> opCase.graph(precision.dtype());
                case MIXED -> MixedPrecision.of(opCase.graph(DType.F32), PrecisionPolicy.of(precision));
            };
        }
    }

    static Stream<Arguments> casesAndForms() {
        return OpCases.all().stream()
                .flatMap(opCase -> Stream.of(Form.values()).map(form -> Arguments.of(opCase, form)));
    }

    @ParameterizedTest
    @MethodSource("casesAndForms")
    void eachOperationRoundsOnce(OpCase opCase, Form form) {
        for (Precision precision : List.of(Precision.BF16, Precision.F16)) {
            Graph graph = Differentiation.differentiate(form.of(opCase, precision), "loss");
            try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
                GraphRunner.Result result = GraphRunner.run(graph, device, opCase.values());
                assertThat(graph.nodes().stream().filter(node -> isCompared(node, result))
                        .peek(node -> compare(node, result, device)).filter(OpCasesInSixteenBitsTest::isNarrow).count())
                        .as("operations on %s", precision).isPositive();
            }
        }
    }

    /** Statistics have moved when the run is over; the places of maxima are the device's own. */
    private static boolean isCompared(Node node, GraphRunner.Result result) {
        return !(node.op() instanceof UpdateRunningStatistics)
                && node.inputs().stream().allMatch(result.values()::containsKey);
    }

    private static boolean isNarrow(Node node) {
        return Stream.concat(node.inputs().stream(), node.outputs().stream())
                .anyMatch(value -> value.type().dtype().isNarrow());
    }

    private static void compare(Node node, GraphRunner.Result result, Device device) {
        GraphBuilder builder = new GraphBuilder();
        Map<String, double[]> given = new HashMap<>();
        List<Value> inputs = new ArrayList<>();
        for (Value input : node.inputs()) {
            String name = "input " + inputs.size();
            DType dtype = input.type().dtype().isFloating() ? DType.F64 : input.type().dtype();
            inputs.add(builder.input(name, new TensorType(dtype, input.type().shape())));
            given.put(name, result.of(input));
        }
        Node exact = builder.node("exact", node.op(), inputs);
        for (int i = 0; i < exact.outputs().size(); i++) {
            if (result.values().containsKey(node.outputs().get(i))) {
                builder.output("output " + i, exact.outputs().get(i));
            }
        }
        GraphRunner.Result expected = GraphRunner.run(builder.build(), device, given);
        for (int i = 0; i < node.outputs().size(); i++) {
            Value output = node.outputs().get(i);
            if (result.values().containsKey(output)) {
                double[] wanted = expected.of(exact.outputs().get(i));
                double[] found = result.of(output);
                double least = least(output.type().dtype()) + 1e-7 * Arrays.stream(wanted).map(Math::abs)
                        .filter(Double::isFinite).max().orElse(0);
                for (int k = 0; k < wanted.length; k++) {
                    double most = rounding(output.type().dtype()) * Math.abs(wanted[k]) + least;
                    double nearest = Math.abs(wanted[k]) < largest(output.type().dtype()) ? wanted[k]
                            : Math.copySign(Double.POSITIVE_INFINITY, wanted[k]);
                    assertThat(found[k] == nearest || Math.abs(found[k] - wanted[k]) <= most
                            || (Double.isNaN(found[k]) && Double.isNaN(wanted[k])))
                            .as("%s of %s, element %s: %s, not %s", output, node.op(), k, found[k], wanted[k]).isTrue();
                }
            }
        }
    }

    /** Half a unit in the last place, relative to the number: of 8, 11 and 24 significant bits. */
    private static double rounding(DType dtype) {
        return switch (dtype) {
            case BF16 -> 0x1p-8;
            case F16 -> 0x1p-11;
            case F32 -> 0x1p-24;
            case F64, I64, I32, U8, I8 -> 0;
        };
    }

    /** Where numbers begin that are rounded to infinity. */
    private static double largest(DType dtype) {
        return dtype == DType.F16 ? 65520 : Float.MAX_VALUE;
    }

    /** Half the smallest number. */
    private static double least(DType dtype) {
        return dtype == DType.F16 ? 0x1p-25 : Float.MIN_VALUE;
    }

    /**
     * Of all operations, only those that read an opaque workspace are not compared, what moves in place, and what sums
     * numbers of channels, which have no 16 bits.
     */
    @Test
    void allOperationsAreCompared() {
        Set<String> compared = new HashSet<>();
        Set<String> all = new HashSet<>();
        for (OpCase opCase : OpCases.all()) {
            Graph graph = Differentiation.differentiate(opCase.graph(DType.BF16), "loss");
            try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
                GraphRunner.Result result = GraphRunner.run(graph, device, opCase.values());
                for (Node node : graph.nodes()) {
                    all.add(name(node.op()));
                    if (isCompared(node, result) && isNarrow(node)) {
                        compared.add(name(node.op()));
                    }
                }
            }
        }
        all.removeAll(compared);
        assertThat(all).isSubsetOf(PoolBackward.class.getSimpleName(), RecurrentBackward.class.getSimpleName(),
                UpdateRunningStatistics.class.getSimpleName(), SumAcrossRanks.class.getSimpleName());
    }

    private static String name(Op op) {
        return op.getClass().getSimpleName();
    }
}
