package dev.gatun.train;

import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.ImageExamples;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.Normalization;
import dev.gatun.model.Model;
import java.util.List;

/** Telling images apart: the task of a {@link Model}, and the examples that it reads. */
public final class ImageClassification {
    private ImageClassification() {}

    /**
     * The task of a model.
     *
     * @param normalization what its images are normalized by, which checkpoints say
     */
    public static Task of(Model model, Normalization normalization) {
        return Task.of(model.name(), model::describe).measuring(new Metric.Share(Evaluation.ACCURACY, Model.CORRECT))
                .with(ModelDescription.of(model, normalization));
    }

    /**
     * Images as examples for a model.
     *
     * @param seed decides all augmentation, together with the epoch and the image
     * @throws IllegalArgumentException when model and images do not fit together
     */
    public static ImageExamples examples(
            Model model, ImageDataset images, Normalization normalization, List<Augmentation> augmentations, long seed) {
        check(model, images);
        return new ImageExamples(images, normalization, augmentations, seed)
                .ofSize(new ImageSize(model.height(), model.width()));
    }

    private static void check(Model model, ImageDataset images) {
        if (images.classes() > model.classes() || images.channels() != model.channels()) {
            throw new IllegalArgumentException("model " + model.name() + " reads images of " + model.channels()
                    + " channels in " + model.classes() + " classes, but " + images.name() + " has "
                    + images.channels() + " channels and " + images.classes() + " classes");
        }
    }
}
