package dev.gatun.onednn;

import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Convolution;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Extents that fill no vector register, on one and two threads: where oneDNN's kernels were found to give wrong
 * gradients, to hang and to read memory that is not theirs.
 */
@ExtendWith(NoLeaks.class)
class SmallShapesTest {
    static List<OpCase> convolutions() {
        List<OpCase> cases = new ArrayList<>();
        for (long channels = 1; channels <= 9; channels++) {
            for (int stride = 1; stride <= 3; stride++) {
                for (int window = 1; window <= 3; window += 2) {
                    cases.add(convolution(channels, stride, window));
                }
            }
        }
        return cases;
    }

    private static OpCase convolution(long channels, int stride, int window) {
        String name = window + "x" + window + " convolution of " + channels + " channels by strides of " + stride;
        return new OpCase(name, b -> {
            Value x = b.stem(8, channels, 14, 14);
            return b.classify(b.convolution("conv", Convolution.square(stride, window / 2), x, 8, window, window,
                    false));
        }, Map.of(), 2e-5);
    }

    static List<OpCase> linears() {
        List<OpCase> cases = new ArrayList<>();
        for (long batch = 1; batch <= 2; batch++) {
            for (long features = 1; features <= 9; features++) {
                for (long inside = 1; inside <= 3; inside++) {
                    cases.add(linear(batch, features, inside, false));
                    cases.add(linear(batch, features, inside, true));
                }
            }
        }
        return cases;
    }

    private static OpCase linear(long batch, long features, long inside, boolean bias) {
        String name = "linear " + features + " to " + inside + " to " + features + (bias ? " with bias" : "")
                + ", batch " + batch;
        return new OpCase(name, b -> {
            Value x = b.linear("first", b.input(batch, features), inside, bias);
            return b.classify(b.linear("second", x, features, bias));
        }, Map.of(), 2e-5);
    }

    @ParameterizedTest
    @MethodSource({"convolutions", "linears"})
    void gradientsAreTheReferences(OpCase opCase) {
        CpuKernelsTest.compare(opCase, Differentiation.differentiate(opCase.graph(DType.F64), "loss"),
                Differentiation.differentiate(opCase.graph(DType.F32), "loss"), 2);
    }
}
