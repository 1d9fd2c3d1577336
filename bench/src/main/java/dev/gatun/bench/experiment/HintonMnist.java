package dev.gatun.bench.experiment;

import static dev.gatun.nn.Layers.dropout;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.compress.Snapshot;
import dev.gatun.compress.distill.Distillation;
import dev.gatun.compress.distill.Teacher;
import dev.gatun.data.DataOptions;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.Normalization;
import dev.gatun.model.Model;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Sequential;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.update.rule.AdamHyperparameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network" (2015), section 3, on MNIST: errors among
 * the test images of a large network with dropout and jittered images, of a small one alone, of the small one by the
 * soft targets of the large one, and the same where no image of a 3 is in the transfer set, before and after a bias for
 * that class.
 */
public final class HintonMnist {
    private static final int THREE = 3;
    /** The bias of the paper, of the logit. */
    private static final double PUBLISHED_BIAS = 3.5;
    private static final String SOFT = "cached+labels:weight=0.1+kd:t=20:weight=0.9";

    private final DataSplit data;
    private final Device device;
    private final int epochs;
    private final long seed;
    private final Normalization normalization;
    private final List<Row> rows = new ArrayList<>();

    /** A figure beside the paper's. */
    private record Row(String what, int errors, int published) {}

    private HintonMnist(DataSplit data, Device device, int epochs, long seed) {
        this.data = data;
        this.device = device;
        this.epochs = epochs;
        this.seed = seed;
        normalization = Trainer.normalization(data);
    }

    /** Arguments: the folder of MNIST's four files, then {@code --limit N --epochs N --threads N --seed N}. */
    public static void main(String[] arguments) {
        Map<String, Integer> options = new LinkedHashMap<>(Map.of("--limit", 0, "--epochs", 60,
                "--threads", Runtime.getRuntime().availableProcessors(), "--seed", 1));
        if (arguments.length % 2 == 0) {
            throw new IllegalArgumentException("usage: hinton-mnist FOLDER [--limit N] [--epochs N] [--threads N]"
                    + " [--seed N]");
        }
        for (int i = 1; i < arguments.length; i += 2) {
            if (options.replace(arguments[i], Integer.valueOf(arguments[i + 1])) == null) {
                throw new IllegalArgumentException("there is no option " + arguments[i] + ", only " + options.keySet());
            }
        }
        try (DataSplit data = DataSource.open(Path.of(arguments[0]), DataOptions.defaults())
                .limited(DataOptions.defaults().withLimit(options.get("--limit")));
                Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(options.get("--threads")))) {
            new HintonMnist(data, device, options.get("--epochs"), options.get("--seed")).run();
        }
    }

    private static Model network(int width, double inputDropout, double hiddenDropout) {
        return new Model("mlp-" + width, 1, 28, 28, 10, Sequential.empty().then("flatten", flatten())
                .then("drop0", drop(inputDropout))
                .then("fc1", linear(width)).then("relu1", relu()).then("drop1", drop(hiddenDropout))
                .then("fc2", linear(width)).then("relu2", relu()).then("drop2", drop(hiddenDropout))
                .then("fc3", linear(10)));
    }

    private static Layer drop(double rate) {
        return rate == 0 ? Sequential.empty() : dropout(rate);
    }

    private TrainingOptions options(int length) {
        return TrainingOptions.defaults().withEpochs(Math.max(1, length)).withBatchSize(128).withSeed(seed)
                .withOptimizer(AdamHyperparameters.ADAM.withLearningRate(1e-3));
    }

    private void run() {
        System.out.printf(Locale.ROOT, "%d training and %d test images, %d epochs of the teacher, %d of students, seed"
                + " %d, %d threads%n", data.train().size(), data.test().size(), epochs, epochs / 2, seed,
                device.threads());
        Teacher teacher = teacher();
        Model small = network(800, 0, 0);
        TrainingOptions alone = options(epochs / 2);
        try (Trainer trainer = new Trainer(small, data, device, alone, normalization)) {
            add("student 2x800 alone", scores(trainer).errors(), 146);
        }
        TrainingOptions soft = alone.withDistillation(Distillation.parse(SOFT));
        try (Trainer trainer = new Trainer(small, data, device, soft, normalization, teacher)) {
            add("student by soft targets, T = 20", scores(trainer).errors(), 74);
        }
        DataSplit withoutThrees = data.withTrain(new WithoutClass(data.train(), THREE)); // closed with the data
        try (Trainer trainer = new Trainer(small, withoutThrees, device, soft, normalization, teacher)) {
            withoutThrees(scores(trainer));
        }
        System.out.printf("%n%-48s %8s %10s%n", "", "errors", "published");
        rows.forEach(row -> System.out.printf("%-48s %8d %10d%n", row.what, row.errors, row.published));
    }

    private Teacher teacher() {
        Model large = network(1200, 0.2, 0.5);
        TrainingOptions options = options(epochs)
                .withAugmentations(List.of(new Augmentation.Pad(2), new Augmentation.RandomCrop(28, 28)));
        try (Trainer trainer = new Trainer(large, data, device, options, normalization)) {
            add("teacher 2x1200, dropout, jitter of 2 pixels", scores(trainer).errors(), 67);
            Map<String, float[]> values = new LinkedHashMap<>();
            Snapshot.variables(large).forEach(variable ->
                    values.put(variable.name(), trainer.variables().read(variable.name())));
            return new Teacher(new Snapshot(large, values), data.train().classNames(), normalization);
        }
    }

    private void withoutThrees(TestScores scores) {
        double best = 0;
        for (int i = 0; i <= 100; i++) {
            best = scores.errors(-1, THREE, i / 10.0) < scores.errors(-1, THREE, best) ? i / 10.0 : best;
        }
        String threes = " of " + scores.count(THREE) + " threes";
        add("no 3 in the transfer set", scores.errors(), 206);
        add("  of it" + threes, scores.errors(THREE, THREE, 0), 133);
        add("  with the published bias of " + PUBLISHED_BIAS, scores.errors(-1, THREE, PUBLISHED_BIAS), 109);
        add("  with the best bias, " + best, scores.errors(-1, THREE, best), 109);
        add("  of it" + threes, scores.errors(THREE, THREE, best), 14);
    }

    private TestScores scores(Trainer trainer) {
        long begin = System.nanoTime();
        trainer.run();
        TestScores scores = TestScores.of(trainer, data.test().size(), 10);
        System.out.printf(Locale.ROOT, "%s: %d epochs in %.0f s, last training loss %.4f%n", trainer.task().name(),
                trainer.options().epochs(), (System.nanoTime() - begin) / 1e9, trainer.lastTrainLoss());
        return scores;
    }

    private void add(String what, int errors, int published) {
        rows.add(new Row(what, errors, published));
        System.out.println("  " + what + ": " + errors + " errors (published: " + published + ")");
    }
}
