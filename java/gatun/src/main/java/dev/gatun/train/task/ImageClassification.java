package dev.gatun.train.task;

import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.ImageExamples;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.Normalization;
import dev.gatun.model.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

    /** The same of images that may have been brought to one size or colour, which checkpoints say too. */
    public static Task of(Model model, Normalization normalization, ImageDataset images) {
        Task task = of(model, normalization);
        Map<String, Object> attributes = new LinkedHashMap<>(task.attributes());
        attributes.putAll(ImageInput.adapting(images));
        return task.with(attributes);
    }

    /**
     * Returns images as examples of a model.
     *
     * @param seed with the epoch and the image, determines the augmentation
     * @throws IllegalArgumentException when model and images do not fit together
     */
    public static ImageExamples examples(
            Model model, ImageDataset images, Normalization normalization, List<Augmentation> augmentations,
            long seed) {
        return examples(ImageInput.of(model, normalization), model.name(), images, augmentations, seed);
    }

    /** Returns images as examples of a model that is described by its input. */
    public static ImageExamples examples(
            ImageInput input, String model, ImageDataset images, List<Augmentation> augmentations, long seed) {
        check(input, model, images);
        return new ImageExamples(images, input.normalization(), augmentations, seed)
                .ofSize(new ImageSize(input.height(), input.width()));
    }

    private static void check(ImageInput input, String model, ImageDataset images) {
        if (images.classes() > input.classes() || images.channels() != input.channels()) {
            throw new IllegalArgumentException("model " + model + " reads images of " + input.channels()
                    + " channels in " + input.classes() + " classes, but " + images.name() + " has "
                    + images.channels() + " channels and " + images.classes() + " classes");
        }
    }
}
