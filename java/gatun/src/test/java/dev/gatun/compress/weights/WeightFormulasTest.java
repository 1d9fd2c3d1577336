package dev.gatun.compress.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.NoLeaks;
import dev.gatun.nn.Initializers;
import dev.gatun.op.Binary;
import dev.gatun.op.Linear;
import dev.gatun.op.Reduce;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each formula against a computation in double, on weights of all sizes. */
@ExtendWith(NoLeaks.class)
class WeightFormulasTest {
    private static final int FILTERS = 5;
    private static final int LENGTH = 12;
    private static final float POSITIVE = 0.75f;
    private static final float NEGATIVE = 0.5f;

    /** The weights and their gradient, expected or found. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Outcome(double[] forward, double[] gradient) {}

    static Stream<Arguments> cases() {
        return TestDevices.names().flatMap(device -> Stream.of("binary", "binary01", "binary01:threshold=0.3",
                "ternary", "ternary:threshold=0.2", "ttq", "ttq:threshold=0.4", "pow2:bits=2", "pow2:bits=3", "pow2",
                "pow2:bits=8", "dorefa:bits=1", "dorefa:bits=2", "dorefa", "dorefa:bits=8", "largest",
                "largest:share=0.6", "largest:share=1").map(quantizer -> Arguments.of(device, quantizer)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theFormulaAndItsGradientAreThoseOfTheDefinition(String device, String text) {
        float[] w = weights();
        float[] diff = new float[w.length];
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < diff.length; i++) {
            diff[i] = (float) random.nextDouble(-1, 1);
        }
        WeightQuantizer quantizer = WeightQuantizer.parse(text);
        Outcome expected = expected(quantizer, w, diff);
        try (Device opened = TestDevices.open(device)) {
            Outcome found = run(opened, quantizer, w, diff, expected);
            for (int i = 0; i < w.length; i++) {
                assertThat(found.forward[i]).as("%s of %s", text, w[i]).isCloseTo(expected.forward[i], within(2e-6));
                assertThat(found.gradient[i]).as("gradient of %s at %s", text, w[i])
                        .isCloseTo(expected.gradient[i], within(2e-5));
            }
        }
    }

    @OnEachDevice
    void weightsThatAreAllZeroGiveNumbers(Device device) {
        float[] zeros = new float[FILTERS * LENGTH];
        float[] ones = new float[zeros.length];
        Arrays.fill(ones, 1);
        for (String text : new String[] {"binary", "binary01", "ternary", "ttq", "pow2", "dorefa:bits=1", "dorefa",
            "largest"}) {
            Outcome found = run(device, WeightQuantizer.parse(text), zeros, ones, null);
            assertThat(found.forward).as(text).doesNotContain(Double.NaN);
            assertThat(Arrays.stream(found.gradient)).as(text).allMatch(Double::isFinite);
        }
    }

    /** Of both signs, above 1 and very small, with zeros of both signs. */
    private static float[] weights() {
        SplittableRandom random = new SplittableRandom(3);
        float[] w = new float[FILTERS * LENGTH];
        for (int i = 0; i < w.length; i++) {
            double size = Math.pow(2, random.nextDouble(-7, 0.9));
            w[i] = (float) (random.nextBoolean() ? size : -size);
        }
        w[3] = 0;
        w[17] = -0.0f;
        return w;
    }

    /** A linear layer on the unit matrix gives its weight; the loss is the product with the wanted gradient. */
    private static Outcome run(
            Device device, WeightQuantizer quantizer, float[] w, float[] diff, @Nullable Outcome wanted) {
        GraphBuilder plain = new GraphBuilder();
        Value weight = plain.variable(new Variable("w", Shape.of(FILTERS, LENGTH), Variable.Kind.WEIGHT,
                Initializers.constant(0.5f)), DType.F32);
        plain.output("y", plain.apply("layer", new Linear(),
                plain.input("x", TensorType.f32(LENGTH, LENGTH)), weight));
        Graph graph = QuantizedWeights.pass(QuantizedWeightsOptions.defaults().withQuantizer(quantizer)
                .withEnds(QuantizedWeightsOptions.Ends.QUANTIZED)).apply(plain.build());
        try (Network network = Network.training(device, "loss", builder -> {
            Value y = Objects.requireNonNull(builder.replay(graph, "",
                    Map.of("x", builder.input("x", TensorType.f32(LENGTH, LENGTH)))).get("y"));
            builder.output("y", y);
            builder.output("loss", builder.apply("sum", Reduce.all(Reduction.SUM, 2), builder.apply("product",
                    new Binary(BinaryFunction.MULTIPLY), y, builder.input("diff", TensorType.f32(LENGTH, FILTERS)))));
        })) {
            float[] unit = new float[LENGTH * LENGTH];
            for (int i = 0; i < LENGTH; i++) {
                unit[i * LENGTH + i] = 1;
            }
            network.variables().write("w", w);
            boolean learnt = quantizer instanceof WeightQuantizer.TrainedTernary;
            if (learnt) {
                network.variables().write("w.positive", new float[] {POSITIVE});
                network.variables().write("w.negative", new float[] {NEGATIVE});
            }
            network.set("x", unit).set("diff", transposed(diff, FILTERS)).forward();
            network.backward();
            if (learnt && wanted != null) {
                double positive = 0;
                double negative = 0;
                for (int i = 0; i < w.length; i++) {
                    positive += wanted.forward[i] > 0 ? diff[i] : 0;
                    negative -= wanted.forward[i] < 0 ? diff[i] : 0;
                }
                assertThat(network.readGradient("w.positive")[0]).isCloseTo((float) positive, within(1e-5f));
                assertThat(network.readGradient("w.negative")[0]).isCloseTo((float) negative, within(1e-5f));
            }
            return new Outcome(doubles(transposed(network.read("y"), LENGTH)), doubles(network.readGradient("w")));
        }
    }

    private static float[] transposed(float[] values, int rows) {
        int columns = values.length / rows;
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i % columns * rows + i / columns] = values[i];
        }
        return result;
    }

    private static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        Arrays.setAll(result, i -> values[i]);
        return result;
    }

    private static Outcome expected(WeightQuantizer quantizer, float[] weights, float[] diff) {
        double[] w = doubles(weights);
        double[] g = doubles(diff);
        double[] q = new double[w.length];
        double mean = Arrays.stream(w).map(Math::abs).average().orElseThrow();
        double largest = Arrays.stream(w).map(Math::abs).max().orElseThrow();
        switch (quantizer) {
            case WeightQuantizer.Binary() -> {
                for (int filter = 0; filter < FILTERS; filter++) {
                    double size = 0;
                    double sum = 0;
                    for (int i = filter * LENGTH; i < (filter + 1) * LENGTH; i++) {
                        size += Math.abs(w[i]) / LENGTH;
                        sum += diff[i] * (w[i] >= 0 ? 1 : -1);
                    }
                    for (int i = filter * LENGTH; i < (filter + 1) * LENGTH; i++) {
                        q[i] = w[i] >= 0 ? size : -size;
                        g[i] = (Math.abs(w[i]) < 1 ? diff[i] * size : 0) + Math.signum(w[i]) * sum / LENGTH;
                    }
                }
            }
            case WeightQuantizer.ZeroOne(double threshold) -> zeroOne(threshold, w, diff, q, g);
            case WeightQuantizer.Ternary(double threshold) -> {
                double size = Arrays.stream(w).map(Math::abs).filter(x -> x > threshold * mean).average()
                        .orElseThrow();
                Arrays.setAll(q, i -> Math.abs(w[i]) > threshold * mean ? Math.signum(w[i]) * size : 0);
            }
            case WeightQuantizer.TrainedTernary(double threshold) -> {
                for (int i = 0; i < w.length; i++) {
                    double limit = threshold * largest;
                    q[i] = w[i] > limit ? POSITIVE : w[i] < -limit ? -NEGATIVE : 0;
                    g[i] = diff[i] * (w[i] > limit ? POSITIVE : w[i] < -limit ? NEGATIVE : 1);
                }
            }
            case WeightQuantizer.PowerOfTwo(int bits) -> {
                double top = Math.rint(Math.log(largest) / Math.log(2));
                double least = top - Math.pow(2, bits - 1) + 2;
                Arrays.setAll(q, i -> {
                    double exponent = Math.rint(Math.log(Math.abs(w[i])) / Math.log(2));
                    return exponent < least ? 0 : Math.signum(w[i]) * Math.pow(2, exponent);
                });
            }
            case WeightQuantizer.DoReFa(int bits) when bits == 1 ->
                Arrays.setAll(q, i -> w[i] >= 0 ? mean : -mean);
            case WeightQuantizer.DoReFa(int bits) -> doReFa(bits, w, diff, q, g);
            case WeightQuantizer.Largest(double share) -> {
                double[] sizes = Arrays.stream(w).map(Math::abs).sorted().toArray();
                double least = sizes[w.length - (int) Math.round(share * w.length)];
                Arrays.setAll(q, i -> Math.abs(w[i]) >= least ? w[i] : 0);
            }
        }
        return new Outcome(q, g);
    }

    /** The bits less their mean, times the size of the filter. */
    private static void zeroOne(double threshold, double[] w, float[] diff, double[] q, double[] g) {
        for (int from = 0; from < w.length; from += LENGTH) {
            double ones = 0;
            double size = 0;
            double meanDiff = 0;
            for (int i = from; i < from + LENGTH; i++) {
                ones += w[i] > threshold ? 1.0 / LENGTH : 0;
                size += 2 * Math.abs(w[i]) / LENGTH;
                meanDiff += diff[i] / (double) LENGTH;
            }
            double ofSize = 0;
            for (int i = from; i < from + LENGTH; i++) {
                double centred = (w[i] > threshold ? 1 : 0) - ones;
                q[i] = size * centred;
                ofSize += diff[i] * centred;
            }
            for (int i = from; i < from + LENGTH; i++) {
                g[i] = (Math.abs(w[i] - threshold) < 1 ? size * (diff[i] - meanDiff) : 0)
                        + 2 * Math.signum(w[i]) * ofSize / LENGTH;
            }
        }
    }

    /** The largest tanh is in the formula twice: in its own place, and in the scale of all. */
    private static void doReFa(int bits, double[] w, float[] diff, double[] q, double[] g) {
        double n = Math.pow(2, bits) - 1;
        int top = 0;
        for (int i = 0; i < w.length; i++) {
            top = Math.abs(w[i]) > Math.abs(w[top]) ? i : top;
        }
        double most = Math.abs(Math.tanh(w[top]));
        double ofScale = 0;
        for (int i = 0; i < w.length; i++) {
            q[i] = 2 * Math.rint(n * (Math.tanh(w[i]) / (2 * most) + 0.5)) / n - 1;
            ofScale -= diff[i] * Math.tanh(w[i]) / (most * most);
        }
        for (int i = 0; i < w.length; i++) {
            double ofTanh = diff[i] / most + (i == top ? Math.signum(w[i]) * ofScale : 0);
            g[i] = ofTanh * (1 - Math.tanh(w[i]) * Math.tanh(w[i]));
        }
    }
}
