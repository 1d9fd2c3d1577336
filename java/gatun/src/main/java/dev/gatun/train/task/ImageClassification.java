package dev.gatun.train.task;

import dev.gatun.data.Sampler;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.ImageExamples;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.Normalization;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.model.Model;
import dev.gatun.nn.Formula;
import dev.gatun.nn.loss.ConfidencePenalty;
import dev.gatun.nn.loss.CrossEntropy;
import dev.gatun.nn.loss.LossReduction;
import dev.gatun.shape.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Creates the task of a {@link Model}, and the examples that it reads. */
public final class ImageClassification {
    private ImageClassification() {}

    /**
     * Returns the task of a model.
     *
     * @param normalization normalisation of the images, as recorded in checkpoints
     */
    public static Task of(Model model, Normalization normalization) {
        return Task.of(model.name(), model::describe).measuring(new Metric.Share(Metric.ACCURACY, Model.CORRECT))
                .with(ImageInput.of(model, normalization).attributes());
    }

    /**
     * The same of images whose classes have names, and that may have been brought to one size or colour, which
     * checkpoints say too.
     */
    public static Task of(Model model, Normalization normalization, ImageDataset images) {
        Task task = of(model, normalization);
        Map<String, Object> attributes = new LinkedHashMap<>(task.attributes());
        attributes.putAll(ImageInput.of(model, normalization, images.classNames()).attributes());
        attributes.putAll(ImageInput.adapting(images));
        return task.with(attributes);
    }

    /** The output that is minimised where that is not the plain cross-entropy. */
    private static final String OBJECTIVE = "objective";

    /**
     * Returns the task that is trained: the same with the loss that options say, named {@code objective}.
     *
     * @param task of {@link #of}
     */
    public static Task trained(Task task, Model model, ClassificationOptions options) {
        if (!options.changesLoss()) {
            return task;
        }
        return new Task(task.name(), (graph, batchSize) -> {
            Model.ScoresAndLabels known = model.addTo(graph, batchSize);
            graph.output(OBJECTIVE, objective(graph, known.scores(), known.labels(), batchSize, options));
        }, OBJECTIVE, task.metrics(), task.frozen(), task.attributes());
    }

    private static Value objective(
            GraphBuilder graph, Value scores, Value labels, int batchSize, ClassificationOptions options) {
        boolean weighted = !(options.weights() instanceof ClassWeights.Equal);
        Value target = options.mixing().isActive()
                ? graph.input(ImageExamples.TARGETS, scores.type()) : labels;
        // The mean of distributions is over all elements but the classes, as that of labels.
        Value each = new CrossEntropy().withLabelSmoothing(options.labelSmoothing())
                .withReduction(weighted ? LossReduction.NONE : LossReduction.MEAN)
                .apply(graph, OBJECTIVE, scores, target);
        Formula f = new Formula(graph, OBJECTIVE);
        Value loss = each;
        if (weighted) {
            Value weights = graph.input(ImageExamples.WEIGHTS, TensorType.f32(batchSize));
            loss = f.divide(f.over().sum(f.multiply(weights, each)), f.over().sum(weights));
        }
        return options.confidencePenalty() == 0 ? loss
                : f.add(loss, new ConfidencePenalty().withStrength(options.confidencePenalty())
                        .apply(graph, OBJECTIVE, scores));
    }

    /**
     * Returns training images as examples of a model that is {@linkplain #trained trained} by options.
     *
     * @throws IllegalArgumentException when model, images and options do not fit together
     */
    public static ImageExamples examples(
            Model model, ImageDataset images, Normalization normalization, List<Augmentation> augmentations,
            ClassificationOptions options, long seed) {
        ImageExamples examples = examples(model, images, normalization, augmentations, seed)
                .weighted(options.weights().of(images));
        return options.mixing().isActive() ? examples.mixed(options.mixing(), model.classes()) : examples;
    }

    /** Returns what determines the images of an epoch. */
    public static Sampler sampler(ImageDataset images, ClassificationOptions options, long seed) {
        return switch (options.sampling()) {
            case SHUFFLED -> Sampler.shuffled(images.size(), seed);
            case BALANCED -> Sampler.balanced(IntStream.range(0, images.size()).map(images::label).toArray(), seed);
        };
    }

    /**
     * Returns images as examples of a model.
     *
     * @param seed with the epoch and the image, determines the augmentation
     * @throws IllegalArgumentException when model and images do not fit together: the images' labels are its classes
     */
    public static ImageExamples examples(
            Model model, ImageDataset images, Normalization normalization, List<Augmentation> augmentations,
            long seed) {
        ImageInput input = ImageInput.of(model, normalization, images.classNames());
        if (images.classes() > model.classes()) {
            throw misfit(input.channels(), model.classes(), model.name(), images);
        }
        return fitting(input, model.name(), images, augmentations, seed);
    }

    /**
     * Returns images as examples of a model that is described by its input. Classes are matched by name: labels become
     * the model's numbers.
     *
     * @throws IllegalArgumentException        when model and images do not fit together
     * @throws dev.gatun.data.DataException when images are of a class that the model does not have
     */
    public static ImageExamples examples(ImageInput input, String model, ImageDataset images) {
        ImageExamples examples = unlabelled(input, model, images);
        return new ClassMapping(input.classNames(), images).applyTo(examples);
    }

    /**
     * Returns images as examples whose labels mean nothing.
     *
     * @throws IllegalArgumentException when model and images do not fit together
     */
    public static ImageExamples unlabelled(ImageInput input, String model, ImageDataset images) {
        return fitting(input, model, images, List.of(), 0);
    }

    private static ImageExamples fitting(
            ImageInput input, String model, ImageDataset images, List<Augmentation> augmentations, long seed) {
        if (images.channels() != input.channels()) {
            throw misfit(input.channels(), input.classes(), model, images);
        }
        return new ImageExamples(images, input.normalization(), augmentations, seed)
                .ofSize(new ImageSize(input.height(), input.width()));
    }

    private static IllegalArgumentException misfit(int channels, int classes, String model, ImageDataset images) {
        return new IllegalArgumentException("model " + model + " reads images of " + channels + " channels in "
                + classes + " classes, but " + images.name() + " has " + images.channels() + " channels and "
                + images.classes() + " classes");
    }
}
