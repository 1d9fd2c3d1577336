package dev.gatun.train.task;

import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.Sampler;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.Normalization;
import dev.gatun.data.image.PatternImages;
import dev.gatun.data.image.pixel.Mixing;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The loss of each option, computed once more from the probabilities. */
@ExtendWith(NoLeaks.class)
class ClassificationOptionsTest {
    private static final int CLASSES = 10;
    private static final int BATCH = 4;
    private static final int[] LABELS = {3, 0, 9, 3};
    private static final float[] WEIGHTS = {0.5f, 2, 1, 3};
    private static final Model MODEL =
            new Model("options", 1, 3, 2, CLASSES, sequential(flatten(), linear(CLASSES)));
    private static final ClassificationOptions DEFAULTS = ClassificationOptions.DEFAULTS;

    static ClassificationOptions[] all() {
        ClassWeights weights = ClassWeights.parse("3=2");
        Mixing mixing = new Mixing(Mixing.Kind.MIXUP, 1);
        return new ClassificationOptions[] {DEFAULTS.withLabelSmoothing(0.1), DEFAULTS.withConfidencePenalty(0.3),
            DEFAULTS.withWeights(weights), DEFAULTS.withMixing(mixing),
            new ClassificationOptions(0.2, 0.1, weights, ClassificationOptions.Sampling.SHUFFLED, mixing)};
    }

    private static double wanted(ClassificationOptions options, float[] probabilities, float[] targets) {
        double sum = 0;
        double penalty = 0;
        double weights = 0;
        for (int row = 0; row < BATCH; row++) {
            double loss = 0;
            for (int c = 0; c < CLASSES; c++) {
                double p = probabilities[row * CLASSES + c];
                double target = options.mixing().isActive() ? targets[row * CLASSES + c] : LABELS[row] == c ? 1 : 0;
                double smooth = (1 - options.labelSmoothing()) * target + options.labelSmoothing() / CLASSES;
                loss -= smooth * Math.log(p);
                penalty += options.confidencePenalty() * p * Math.log(p) / BATCH;
            }
            double weight = options.weights() instanceof ClassWeights.Equal ? 1 : WEIGHTS[row];
            sum += weight * loss;
            weights += weight;
        }
        return sum / weights + penalty;
    }

    @ParameterizedTest
    @MethodSource("all")
    void theLossIsWhatItsOptionsSay(ClassificationOptions options) {
        for (String backend : TestDevices.names().toList()) {
            Task plain = Task.of("options", MODEL::describe);
            Task trained = ImageClassification.trained(plain, MODEL, options);
            assertThat(trained.loss()).isNotEqualTo(plain.loss());
            float[] targets = new float[BATCH * CLASSES];
            for (int row = 0; row < BATCH; row++) {
                targets[row * CLASSES + LABELS[row]] += 0.7f;
                targets[row * CLASSES + row] += 0.3f;
            }
            try (Device device = TestDevices.open(backend);
                    Network network = Network.training(device, NetworkOptions.defaults(), trained.loss(),
                            graph -> trained.description().describe(graph, BATCH))) {
                float[] images = new float[BATCH * 6];
                for (int i = 0; i < images.length; i++) {
                    images[i] = (i * 7 % 11 - 5) / 3f;
                }
                network.set("images", images).set("labels", LABELS);
                if (options.mixing().isActive()) {
                    network.set("targets", targets);
                }
                if (!(options.weights() instanceof ClassWeights.Equal)) {
                    network.set("weights", WEIGHTS);
                }
                network.forward();
                assertThat((double) network.scalar(trained.loss()))
                        .isCloseTo(wanted(options, network.read("probabilities"), targets), within(1e-5));
                network.backward();
                assertThat(network.readGradient("1.weight")).isNotEqualTo(new float[CLASSES * 6]);
            }
        }
    }

    @Test
    void withoutOptionsTheTaskStays() {
        Task plain = Task.of("options", MODEL::describe);
        assertThat(ImageClassification.trained(plain, MODEL, DEFAULTS)).isSameAs(plain);
    }

    /** All that is evaluated is the plain loss of the images themselves. */
    @ParameterizedTest
    @OnEachDevice
    void evaluationKnowsNothingOfThem(String backend) {
        ClassificationOptions options = all()[4].withSampling(ClassificationOptions.Sampling.BALANCED);
        TrainingOptions training = TrainingOptions.defaults().withEpochs(2).withBatchSize(16);
        try (DataSplit data = new DataSplit(new PatternImages(50, 1, 3, 2), new PatternImages(20, 1, 3, 2));
                Device device = TestDevices.open(backend);
                Trainer plain = new Trainer(MODEL, data, device, training);
                Trainer other = new Trainer(MODEL, data, device, training.withClassification(options))) {
            assertThat(other.evaluate()).isEqualTo(plain.evaluate());
            assertThat(other.task().loss()).isEqualTo(Task.LOSS);
            other.run();
            assertThat(other.progress().isComplete()).isTrue();
        }
    }

    @Test
    void otherTasksDescribeTheirLossThemselves() {
        try (Device device = TestDevices.open(TestDevices.names().findFirst().orElseThrow())) {
            var images = ImageClassification.examples(MODEL, new PatternImages(50, 1, 3, 2),
                    new Normalization(new float[] {0}, new float[] {1}), List.of(), 1);
            assertThatIllegalArgumentException().isThrownBy(() -> new Trainer(
                    Task.of("options", MODEL::describe), images, images, device,
                    TrainingOptions.defaults().withClassification(DEFAULTS.withLabelSmoothing(0.1))).close())
                    .withMessageStartingWith("options of classification are for a model of images");
        }
    }

    @Test
    void balancedWeightsMakeClassesCountAlike() {
        // 25 pictures of ten classes: three of the first five, two of the others.
        float[] weights = new ClassWeights.Balanced().of(new PatternImages(25, 1, 1, 1));
        assertThat(weights[0]).isEqualTo(25f / 30);
        assertThat(weights[9]).isEqualTo(25f / 20);
        assertThat(ClassWeights.parse("9=2.5,0=0.5").of(new PatternImages(25, 1, 1, 1)))
                .containsExactly(0.5f, 1, 1, 1, 1, 1, 1, 1, 1, 2.5f);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassWeights.parse("cat=2").of(new PatternImages(25, 1, 1, 1)))
                .withMessage("no class is called cat; the data has 0, 1, 2, 3, 4, 5, 6, 7, 8, 9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cat", "cat=", "=2", "cat=0", "cat=-1", "cat=NaN", "cat=1,cat=2", "1,2,3",
            "cat=1e39", "cat=1e-50"})
    void refusesOtherWords(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ClassWeights.parse(text));
    }

    @Test
    void aBalancedSamplerDrawsClassesAlike() {
        int[] labels = IntStream.range(0, 1000).map(i -> i < 900 ? 0 : i < 990 ? 1 : 3).toArray();
        Sampler sampler = Sampler.balanced(labels, 5);
        assertThat(sampler.size()).isEqualTo(1000);
        int[] order = sampler.order(2);
        var counts = Arrays.stream(order).boxed().collect(Collectors.groupingBy(i -> labels[i], Collectors.counting()));
        assertThat(counts).containsOnlyKeys(0, 1, 3)
                .allSatisfy((_, count) -> assertThat(count).isBetween(280L, 390L));
        assertThat(Sampler.balanced(labels, 5).order(2)).isEqualTo(order);
        assertThat(sampler.order(3)).isNotEqualTo(order);
        assertThat(Sampler.balanced(labels, 6).order(2)).isNotEqualTo(order);
    }
}
