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

    private static final float[] NOT_FINITE = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
            Float.intBitsToFloat(0x7fffffff), Float.intBitsToFloat(0xff800001)};

    /** Compression with which a small matrix is trained, the learning rate, and how far from the solution it ends. */
    static Stream<Arguments> training() {
        return Stream.of(Arguments.of("none", 0.5, 1e-5), Arguments.of("bf16", 0.5, 1e-5),
                Arguments.of("f16", 0.5, 1e-5), Arguments.of("top-k:fraction=0.1", 0.3, 1e-5),
                Arguments.of("random-k:fraction=0.25", 0.2, 1e-4),
                Arguments.of("power-sgd:rank=2,min-rate=1", 0.5, 1e-5),
                Arguments.of("power-sgd:rank=1,min-rate=1,iterations=2,start=10", 0.5, 1e-3),
                Arguments.of("sign", 0.2, 0.1)) // the last elements wait: the mean is small when most are right
                .flatMap(each -> IntStream.of(1, 3).mapToObj(
                        ranks -> Arguments.of(each.get()[0], each.get()[1], each.get()[2], ranks)));
    }

    static Stream<Arguments> codecs() {
        return CODECS.stream().flatMap(text -> IntStream.of(1, 2, 3).mapToObj(ranks -> Arguments.of(text, ranks)));
    }

    static Stream<Arguments> codecsOnManyRanks() {
        return CODECS.stream().flatMap(text -> IntStream.of(1, 2, 3, 4, 7)
                .mapToObj(ranks -> Arguments.of(text, ranks)));
    }

    @ParameterizedTest
    @MethodSource("codecsOnManyRanks")
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
        }
        assertThat(results[0]).contains(0).isNotEqualTo(new float[SLAB]);
        for (int i = 0; i < SLAB; i++) {
            assertThat(inTensor[i] || Float.floatToRawIntBits(results[0][i]) == 0).isTrue();
        }
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
            case GradientCompression.Sign _ -> 1e9; // no estimate of the sum
            default -> 1e-5;
        };
        double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
        double worst = IntStream.range(0, SLAB).mapToDouble(i -> Math.abs(found[i] - wanted[i])).max().orElseThrow();
        assertThat(worst / largest).isLessThan(tolerance);
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
        CodecRuns.run(ranks, compression, (group, reducer, gradients) -> {
            for (int step = 1; step < 2 * TENSORS.size(); step += 2) {
                CodecRuns.set(gradients, CodecRuns.draw(group.rank(), step - 1));
                CodecRuns.reduce(group, reducer, gradients);
                for (float each : CodecRuns.get(gradients)) {
                    assertThat(Float.isFinite(each)).isTrue();
                }
                TensorRange bad = TENSORS.get(step / 2);
                int at = (int) bad.offset() / 4 + (int) bad.elements() / 3;
                boolean inFirst = at < BOUND;
                byte[] before = errors(reducer, inFirst);
                float[] mine = CodecRuns.draw(group.rank(), step);
                if (group.rank() == ranks - 1) {
                    mine[at] = NOT_FINITE[step / 2 % NOT_FINITE.length];
                }
                CodecRuns.set(gradients, mine);
                CodecRuns.reduce(group, reducer, gradients);
                float[] result = CodecRuns.get(gradients);
                results[group.rank()] = result;
                group.barrier();
                assertThat(result).isEqualTo(results[0]);
                if (compression instanceof GradientCompression.None) {
                    assertThat(Float.isFinite(result[at])).isFalse();
                } else {
                    assertThat(result[at]).isNaN();
                }
                assertThat(IntStream.range(inFirst ? BOUND : 0, inFirst ? SLAB : BOUND)
                        .allMatch(i -> Float.isFinite(result[i]))).as("the other range").isTrue();
                assertThat(Arrays.equals(errors(reducer, inFirst), before)).as("the same errors").isTrue();
                group.barrier();
            }
        });
    }

    private static byte[] errors(GradientReducer reducer, boolean inFirst) {
        long from = inFirst ? 0 : 4L * BOUND;
        long bytes = 4L * (inFirst ? BOUND : SLAB - BOUND);
        return reducer.states().stream().filter(state -> state.name().equals("error")).findFirst()
                .map(state -> state.memory().segment().asSlice(from, bytes).toArray(ValueLayout.JAVA_BYTE))
                .orElse(new byte[0]);
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
    @MethodSource("training")
    void trainsToTheSameSolution(String text, double rate, double tolerance, int ranks) {
        int steps = 400;
        LeastSquares problem = new LeastSquares(12, 16, ranks);
        CodecRuns.run(ranks, GradientCompressionText.parse(text), problem.tensors(), problem.size(),
                (group, reducer, gradients) -> {
                    float[] weights = new float[problem.size()];
                    float[] gradient = new float[weights.length];
                    for (int step = 0; step < steps; step++) {
                        problem.gradient(weights, group.rank(), gradient);
                        CodecRuns.set(gradients, gradient);
                        reducer.reduce(group, gradients, 0, gradients.byteSize());
                        double factor = rate * (1 - (double) step / steps) / ranks;
                        for (int i = 0; i < weights.length; i++) {
                            weights[i] -= (float) (factor * gradients.getAtIndex(ValueLayout.JAVA_FLOAT, i));
                        }
                    }
                    assertThat(problem.distance(new float[weights.length])).isGreaterThan(0.9);
                    assertThat(problem.distance(weights)).isCloseTo(0, within(tolerance));
                });
    }

    /** Least squares of a matrix and a bias, with different inputs on each rank and one solution. */
    private static final class LeastSquares {
        private final int rows;
        private final int columns;
        private final float[] solution;
        /** Means of the products of two inputs, of which the last is 1, of each rank. */
        private final double[][][] covariances;

        LeastSquares(int rows, int columns, int ranks) {
            this.rows = rows;
            this.columns = columns;
            Random random = new Random(5);
            solution = new float[size()];
            for (int i = 0; i < solution.length; i++) {
                solution[i] = (float) random.nextGaussian();
            }
            int count = 8 * columns;
            covariances = new double[ranks][columns + 1][columns + 1];
            for (double[][] covariance : covariances) {
                for (int n = 0; n < count; n++) {
                    double[] input = random.doubles(columns + 1L, -1.7, 1.7).toArray();
                    input[columns] = 1;
                    for (int i = 0; i <= columns; i++) {
                        for (int j = 0; j <= columns; j++) {
                            covariance[i][j] += input[i] * input[j] / count;
                        }
                    }
                }
            }
        }

        int size() {
            return rows * (columns + 1);
        }

        List<TensorRange> tensors() {
            return List.of(new TensorRange(0, rows, columns), new TensorRange(4L * rows * columns, rows, 1));
        }

        /** Where an element is: that of the bias behind all rows. */
        private int at(int row, int column) {
            return column == columns ? rows * columns + row : row * columns + column;
        }

        /** Of half the mean square of {@code (W - S) x + b - s} over a rank's inputs x. */
        void gradient(float[] weights, int rank, float[] gradient) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j <= columns; j++) {
                    double sum = 0;
                    for (int k = 0; k <= columns; k++) {
                        sum += ((double) weights[at(i, k)] - solution[at(i, k)]) * covariances[rank][k][j];
                    }
                    gradient[at(i, j)] = (float) sum;
                }
            }
        }

        /** Root mean square of what is wrong. */
        double distance(float[] weights) {
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                sum += Math.pow((double) weights[i] - solution[i], 2);
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
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("gradients of 80000 bytes, not 0");
            assertThatThrownBy(() -> reducer.scaleErrors(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> reducer.scaleErrors(Float.NaN)).isInstanceOf(IllegalArgumentException.class);
            reducer.reduce(group, gradients, 4L * SLAB, 0);
            reducer.reduce(group, gradients, 4L * 8_912, 4L * 50); // padding
            reducer.close();
            assertThatThrownBy(() -> reducer.reduce(group, gradients, 0, 4L * BOUND))
                    .isInstanceOf(IllegalStateException.class).hasMessage("the reducer of gradients is closed");
            assertThatThrownBy(() -> GradientReducers.of(new GradientCompression.None(),
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
