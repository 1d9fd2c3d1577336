package dev.gatun.dist.codec;

import static dev.gatun.dist.codec.CodecRuns.BOUND;
import static dev.gatun.dist.codec.CodecRuns.BUDGET;
import static dev.gatun.dist.codec.CodecRuns.SLAB;
import static dev.gatun.dist.codec.CodecRuns.TENSORS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.gatun.memory.NoLeaks;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What all codecs keep to. */
@ExtendWith(NoLeaks.class)
class CodecContractTest {
    private static final List<String> CODECS = List.of("none", "bf16", "f16", "top-k:fraction=0.02",
            "random-k:fraction=0.05,seed=3", "power-sgd:rank=3,min-rate=5", "power-sgd:rank=2,iterations=2,start=1",
            "sign", "sign:scale=none");

    static Stream<Arguments> codecs() {
        return CODECS.stream().flatMap(text -> IntStream.rangeClosed(1, 4).mapToObj(ranks -> Arguments.of(text, ranks)));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void allRanksHaveTheSameBitsAndPaddingStaysZero(String text, int ranks) {
        GradientCompression compression = GradientCompressionText.parse(text);
        float[][] results = new float[ranks][];
        CodecRuns.run(ranks, compression, (group, reducer, gradients) -> {
            for (int step = 0; step < 4; step++) {
                CodecRuns.set(gradients, CodecRuns.draw(group.rank(), step));
                CodecRuns.reduce(group, reducer, gradients);
                results[group.rank()] = CodecRuns.get(gradients);
                group.barrier();
                assertThat(results[group.rank()]).isEqualTo(results[0]);
                group.barrier();
            }
        });
        boolean[] inTensor = new boolean[SLAB];
        for (TensorRange tensor : TENSORS) {
            Arrays.fill(inTensor, (int) tensor.offset() / 4, (int) tensor.end() / 4, true);
            assertThat(sum(results[0], tensor)).as("a sum").isNotZero();
        }
        for (int i = 0; i < SLAB; i++) {
            assertThat(inTensor[i] || Float.floatToRawIntBits(results[0][i]) == 0).isTrue();
        }
    }

    private static double sum(float[] values, TensorRange tensor) {
        return IntStream.range((int) tensor.offset() / 4, (int) tensor.end() / 4).mapToDouble(i -> Math.abs(values[i]))
                .sum();
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void whatWasSentAndWhatIsLeftIsTheSumOfAllGradients(String text, int ranks) {
        GradientCompression compression = GradientCompressionText.parse(text);
        int steps = 5;
        double[] wanted = new double[SLAB];
        for (int rank = 0; rank < ranks; rank++) {
            for (int step = 0; step < steps; step++) {
                add(wanted, CodecRuns.draw(rank, step));
            }
        }
        double[] found = new double[SLAB];
        CodecRuns.run(ranks, compression, (group, reducer, gradients) -> {
            for (int step = 0; step < steps; step++) {
                CodecRuns.set(gradients, CodecRuns.draw(group.rank(), step));
                CodecRuns.reduce(group, reducer, gradients);
                if (group.isFirst()) {
                    add(found, CodecRuns.get(gradients));
                }
            }
            if (compression.hasErrorFeedback()) {
                add(found, CodecRuns.get(CodecRuns.state(reducer, "error").memory().segment()));
            }
            assertThat(reducer.states().stream().anyMatch(state -> state.sharing() == CodecState.Sharing.RANK))
                    .isEqualTo(compression.hasErrorFeedback());
        });
        double tolerance = switch (compression) {
            case GradientCompression.Bf16 _ -> 1e-2;
            case GradientCompression.F16 _ -> 2e-3;
            case GradientCompression.Sign _ -> Double.POSITIVE_INFINITY; // no estimate of the sum
            default -> 1e-5;
        };
        double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
        assertThat(found).usingComparatorWithPrecision(tolerance * largest).containsExactly(wanted);
    }

    private static void add(double[] sums, float[] values) {
        synchronized (sums) {
            for (int i = 0; i < values.length; i++) {
                sums[i] += values[i];
            }
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void whatIsNotFiniteIsSeenByAllAndForgotten(String text, int ranks) {
        GradientCompression compression = GradientCompressionText.parse(text);
        float[][] results = new float[ranks][];
        for (TensorRange bad : TENSORS) {
            for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
                    Float.intBitsToFloat(0x7fffffff), Float.intBitsToFloat(0xff800001)}) {
                CodecRuns.run(ranks, compression, (group, reducer, gradients) -> {
                    CodecRuns.set(gradients, CodecRuns.draw(group.rank(), 0));
                    CodecRuns.reduce(group, reducer, gradients);
                    int at = (int) bad.offset() / 4 + (int) bad.elements() / 3;
                    boolean inFirst = at < BOUND;
                    List<byte[]> before = errors(reducer, inFirst);
                    float[] mine = CodecRuns.draw(group.rank(), 1);
                    if (group.rank() == ranks - 1) {
                        mine[at] = value;
                    }
                    CodecRuns.set(gradients, mine);
                    CodecRuns.reduce(group, reducer, gradients);
                    float[] result = CodecRuns.get(gradients);
                    results[group.rank()] = result;
                    group.barrier();
                    assertThat(result).isEqualTo(results[0]);
                    assertThat(Float.isFinite(result[at])).isFalse();
                    if (!(compression instanceof GradientCompression.None)) {
                        assertThat(result[at]).isNaN();
                    }
                    assertThat(IntStream.range(inFirst ? BOUND : 0, inFirst ? SLAB : BOUND)
                            .allMatch(i -> Float.isFinite(result[i]))).as("the other range").isTrue();
                    boolean whole = compression instanceof GradientCompression.PowerSgd options
                            && PowerSgdCodec.rank(options, bad.rows(), bad.columns()) == 0; // its NaN travels as it is
                    if (!whole) {
                        assertThat(errors(reducer, inFirst)).usingRecursiveComparison().isEqualTo(before);
                    }
                    CodecRuns.set(gradients, CodecRuns.draw(group.rank(), 2));
                    CodecRuns.reduce(group, reducer, gradients);
                    for (float each : CodecRuns.get(gradients)) {
                        assertThat(Float.isFinite(each)).isTrue();
                    }
                });
            }
        }
    }

    private static List<byte[]> errors(GradientReducer reducer, boolean inFirst) {
        long from = inFirst ? 0 : 4L * BOUND;
        long bytes = 4L * (inFirst ? BOUND : SLAB - BOUND);
        return reducer.states().stream().filter(state -> state.name().equals("error"))
                .map(state -> state.memory().segment().asSlice(from, bytes).toArray(ValueLayout.JAVA_BYTE)).toList();
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void statesContinueARun(String text, int ranks) {
        CodecRuns.run(ranks, GradientCompressionText.parse(text), (group, reducer, gradients) -> {
            for (int step = 0; step < 3; step++) {
                CodecRuns.set(gradients, CodecRuns.draw(group.rank(), step));
                CodecRuns.reduce(group, reducer, gradients);
            }
            try (GradientReducer other = GradientReducers.of(GradientCompressionText.parse(text), TENSORS,
                    gradients.byteSize(), group, BUDGET)) {
                for (CodecState state : reducer.states()) {
                    CodecRuns.state(other, state.name()).memory().segment().copyFrom(state.memory().segment());
                }
                CodecRuns.set(gradients, CodecRuns.draw(group.rank(), 3));
                CodecRuns.reduce(group, reducer, gradients);
                float[] wanted = CodecRuns.get(gradients);
                CodecRuns.set(gradients, CodecRuns.draw(group.rank(), 3));
                CodecRuns.reduce(group, other, gradients);
                assertThat(CodecRuns.get(gradients)).isEqualTo(wanted);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void followsTheLossScale(String text, int ranks) {
        GradientCompression compression = GradientCompressionText.parse(text);
        boolean scales = !(compression instanceof GradientCompression.Sign(GradientCompression.Sign.Scale scale)
                && scale == GradientCompression.Sign.Scale.NONE);
        float[][][] results = new float[2][ranks][];
        for (int run = 0; run < 2; run++) {
            float[][] of = results[run];
            float factor = run == 0 ? 1 : 0.25f;
            CodecRuns.run(ranks, compression, (group, reducer, gradients) -> {
                CodecRuns.set(gradients, CodecRuns.draw(group.rank(), 0));
                CodecRuns.reduce(group, reducer, gradients);
                reducer.scaleErrors(factor);
                float[] values = CodecRuns.draw(group.rank(), 1);
                for (int i = 0; i < SLAB; i++) {
                    values[i] *= factor;
                }
                CodecRuns.set(gradients, values);
                CodecRuns.reduce(group, reducer, gradients);
                of[group.rank()] = CodecRuns.get(gradients);
            });
        }
        for (int i = 0; i < SLAB; i++) {
            assertThat(results[1][0][i]).isEqualTo((scales ? 0.25f : 1) * results[0][0][i]);
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void allocatesNothing(String text, int ranks) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        float[] drawn = CodecRuns.draw(0, 0);
        CodecRuns.run(ranks, GradientCompressionText.parse(text), (group, reducer, gradients) -> {
            long least = Long.MAX_VALUE;
            for (int time = 0; time < 12; time++) {
                CodecRuns.set(gradients, drawn);
                long before = threads.getCurrentThreadAllocatedBytes();
                CodecRuns.reduce(group, reducer, gradients);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).as("bytes on the heap").isZero();
        });
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void trainsToTheSameSolution(String text, int ranks) {
        GradientCompression compression = GradientCompressionText.parse(text);
        if (compression instanceof GradientCompression.Sign(GradientCompression.Sign.Scale scale)
                && scale == GradientCompression.Sign.Scale.NONE) {
            return; // its steps do not shrink
        }
        LeastSquares problem = new LeastSquares(24, 40, ranks);
        int steps = 3_000;
        CodecRuns.run(ranks, compression, problem.tensors(), problem.size(), (group, reducer, gradients) -> {
            float[] weights = new float[problem.size()];
            for (int step = 0; step < steps; step++) {
                CodecRuns.set(gradients, problem.gradient(weights, group.rank()));
                reducer.reduce(group, gradients, 0, gradients.byteSize());
                double rate = 0.1 * (1 - (double) step / steps);
                for (int i = 0; i < weights.length; i++) {
                    weights[i] -= (float) (rate / ranks * gradients.getAtIndex(ValueLayout.JAVA_FLOAT, i));
                }
            }
            assertThat(problem.distance(weights)).isCloseTo(0, within(0.02));
        });
    }

    /** Least squares whose solution the ranks share, of a matrix with a bias. */
    private static final class LeastSquares {
        private final int rows;
        private final int columns;
        private final float[] solution;
        private final float[][] inputs;

        LeastSquares(int rows, int columns, int ranks) {
            this.rows = rows;
            this.columns = columns;
            Random random = new Random(5);
            solution = new float[size()];
            for (int i = 0; i < solution.length; i++) {
                solution[i] = (float) random.nextGaussian();
            }
            inputs = new float[ranks][2 * columns * columns];
            for (float[] each : inputs) {
                for (int i = 0; i < each.length; i++) {
                    each[i] = (float) random.nextGaussian();
                }
            }
        }

        int size() {
            return rows * columns + rows;
        }

        List<TensorRange> tensors() {
            return List.of(new TensorRange(0, rows, columns), new TensorRange(4L * rows * columns, rows, 1));
        }

        /** Of half the mean square of {@code (W - S) x + b - s} over a rank's inputs x. */
        float[] gradient(float[] weights, int rank) {
            float[] gradient = new float[size()];
            int count = inputs[rank].length / columns;
            for (int n = 0; n < count; n++) {
                for (int i = 0; i < rows; i++) {
                    double error = weights[rows * columns + i] - solution[rows * columns + i];
                    for (int j = 0; j < columns; j++) {
                        error += (weights[i * columns + j] - solution[i * columns + j])
                                * inputs[rank][n * columns + j];
                    }
                    for (int j = 0; j < columns; j++) {
                        gradient[i * columns + j] += (float) (error * inputs[rank][n * columns + j] / count);
                    }
                    gradient[rows * columns + i] += (float) (error / count);
                }
            }
            return gradient;
        }

        /** Root mean square of what is wrong. */
        double distance(float[] weights) {
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                sum += Math.pow(weights[i] - solution[i], 2);
            }
            return Math.sqrt(sum / weights.length);
        }
    }

    @Test
    void refusesWhatIsNoUnionOfTensors() {
        CodecRuns.run(1, new GradientCompression.Bf16(), (group, reducer, gradients) -> {
            assertThatThrownBy(() -> reducer.reduce(group, gradients, 0, 4L * 1_000))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a range with a bound at byte 4000 cuts the tensor at byte 64: ranges are unions of "
                            + "whole tensors");
            assertThatThrownBy(() -> reducer.reduce(group, gradients, 4L * 20, 4L * (BOUND - 20)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cuts the tensor at byte 64");
            assertThatThrownBy(() -> reducer.reduce(group, gradients, 2, 8))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no range of floats");
            assertThatThrownBy(() -> reducer.reduce(group, gradients, 4L * SLAB, 8))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no range of floats");
            assertThatThrownBy(() -> reducer.reduce(group, MemorySegment.NULL, 0, 0))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("gradients of 80000 bytes, not 0");
            assertThatThrownBy(() -> reducer.scaleErrors(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> reducer.scaleErrors(Float.NaN)).isInstanceOf(IllegalArgumentException.class);
            reducer.reduce(group, gradients, 4L * SLAB, 0);
            reducer.reduce(group, gradients, 4L * 8_912, 4L * 50); // padding
            reducer.close();
            assertThatThrownBy(() -> reducer.reduce(group, gradients, 0, 4L * BOUND))
                    .isInstanceOf(IllegalStateException.class).hasMessage("the reducer of gradients is closed");
            assertThatThrownBy(() -> GradientReducers.of(GradientCompression.NONE,
                    List.of(new TensorRange(0, 2, 2), new TensorRange(12, 2, 2)), 100, group, BUDGET))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("overlaps the next");
        });
        assertThatThrownBy(() -> new TensorRange(0, 1L << 32, 1L << 32)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Padding alone is a range like any other, for every codec. */
    @Test
    void reducesPadding() {
        for (String text : CODECS) {
            CodecRuns.run(2, GradientCompressionText.parse(text), (group, reducer, gradients) -> {
                reducer.reduce(group, gradients, 4L * 8_912, 4L * 50);
                reducer.reduce(group, gradients, 4L * SLAB, 0);
                assertThat(CodecRuns.get(gradients)).containsOnly(0);
            });
        }
    }

    @Test
    void countsBytes() {
        for (String text : CODECS) {
            GradientCompression compression = GradientCompressionText.parse(text);
            CodecRuns.run(2, compression, (group, reducer, gradients) -> {
                for (int step = 0; step < 2; step++) {
                    CodecRuns.set(gradients, CodecRuns.draw(group.rank(), step));
                    CodecRuns.reduce(group, reducer, gradients);
                }
                CompressionStatistics statistics = reducer.statistics();
                assertThat(statistics.reductions()).isEqualTo(4);
                assertThat(statistics.uncompressedBytes()).isEqualTo(2 * 4L * SLAB);
                switch (compression) {
                    case GradientCompression.None _ -> assertThat(statistics.rate()).isEqualTo(1);
                    case GradientCompression.Bf16 _ -> assertThat(statistics.rate()).isEqualTo(2);
                    case GradientCompression.F16 _ -> assertThat(statistics.rate()).isCloseTo(2, within(0.01));
                    case GradientCompression.TopK _ -> assertThat(statistics.rate()).isCloseTo(25, within(0.1));
                    case GradientCompression.RandomK _ -> assertThat(statistics.rate()).isCloseTo(20, within(0.2));
                    case GradientCompression.PowerSgd _ -> assertThat(statistics.rate()).isGreaterThan(1.5);
                    // 20,000 elements and few runs, with ties: nearly 32 and 16 for large ranges
                    case GradientCompression.Sign _ -> assertThat(statistics.rate()).isGreaterThan(10);
                }
            });
        }
    }
}
