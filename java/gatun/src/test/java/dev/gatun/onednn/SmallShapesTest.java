package dev.gatun.onednn;

import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Convolution;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
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

    /** One and three spatial axes, one and two images, in the same way. */
    static List<OpCase> otherRanks() {
        List<OpCase> cases = new ArrayList<>();
        for (long channels = 1; channels <= 9; channels++) {
            for (int stride = 1; stride <= 3; stride++) {
                for (int window = 1; window <= 3; window += 2) {
                    cases.add(of("by strides of " + stride, channels, 8, false,
                            Convolution.over(1).stride(stride).padding(window / 2), new long[] {14}, window));
                    if (channels % 3 != 0) {
                        cases.add(of("by strides of " + stride, channels, 8, true,
                                Convolution.over(3).stride(stride).padding(window / 2), new long[] {4, 5, 4}, window,
                                window, window));
                    }
                }
            }
        }
        return cases;
    }

    /** Groups, dilations, uneven padding and strides of 1 to 3 spatial axes, as they come. */
    static List<OpCase> random() {
        Random random = new Random(11);
        List<OpCase> cases = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int axes = 1 + random.nextInt(3);
            long groups = List.of(1L, 1L, 2L, 3L, 8L).get(random.nextInt(5));
            Convolution op = Convolution.over(axes).groups(groups).stride(numbers(random, axes, 1, 3))
                    .dilation(numbers(random, axes, 1, 2))
                    .padding(numbers(random, axes, 0, 2), numbers(random, axes, 0, 2));
            cases.add(of("number " + i, groups * (1 + random.nextInt(9)), groups * (1 + random.nextInt(9)),
                    random.nextBoolean(), op, numbers(random, axes, 5, axes == 3 ? 6 : 11),
                    numbers(random, axes, 1, 3)));
        }
        return cases;
    }

    private static long[] numbers(Random random, int count, int least, int most) {
        return random.longs(count, least, most + 1).toArray();
    }

    private static OpCase of(
            String name, long channels, long outputs, boolean bias, Convolution op, long[] spatial, long... window) {
        long[] images = LongStream.concat(LongStream.of(2, channels), LongStream.of(spatial)).toArray();
        return new OpCase(Arrays.toString(window) + " convolution of " + Arrays.toString(images) + " to " + outputs
                + " " + name, b -> b.classify(b.convolution("conv", op, b.stem(images), outputs, bias, window)),
                Map.of(), 2e-5);
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
    @MethodSource({"convolutions", "otherRanks", "random", "linears"})
    void gradientsAreTheReferences(OpCase opCase) {
        CpuKernelsTest.compare(opCase, Differentiation.differentiate(opCase.graph(DType.F64), "loss"),
                Differentiation.differentiate(opCase.graph(DType.F32), "loss"), 2);
    }
}
