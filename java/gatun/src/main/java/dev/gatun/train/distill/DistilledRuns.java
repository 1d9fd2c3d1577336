package dev.gatun.train.distill;

import dev.gatun.backend.Device;
import dev.gatun.compress.distill.DeeperExits;
import dev.gatun.compress.distill.Distillation;
import dev.gatun.compress.distill.DistilledGraph;
import dev.gatun.compress.distill.MutualLearning;
import dev.gatun.compress.distill.Teacher;
import dev.gatun.data.Dataset;
import dev.gatun.data.Field;
import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.Normalization;
import dev.gatun.engine.CompileOptions;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.model.Model;
import dev.gatun.shape.TensorType;
import dev.gatun.train.task.ClassificationOptions;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a run of an image classifier needs to be distilled; nothing where it is not. */
public final class DistilledRuns {
    private DistilledRuns() {}

    /** How a run is set up, as far as distillation depends on it. */
    public record Setup(
            Distillation distillation, List<Augmentation> augmentations, ClassificationOptions classification) {
        public Setup {
            augmentations = List.copyOf(augmentations);
        }
    }

    /**
     * Returns what is added to the graph of a student; null where nothing is.
     *
     * @throws IllegalArgumentException when teacher, student and options do not fit together
     */
    public static @Nullable DistilledGraph graph(
            Model model, ImageDataset images, Setup setup, Normalization normalization, @Nullable Teacher teacher) {
        Distillation distillation = setup.distillation;
        if (!distillation.isActive()) {
            if (teacher != null) {
                throw new IllegalArgumentException("a teacher is given, but not what to learn from it: name a"
                        + " distillation, such as kd:t=4");
            }
            return null;
        }
        boolean mixes = setup.classification.mixing().isActive();
        if (distillation.source() == Distillation.Source.CACHED && (mixes || !setup.augmentations.isEmpty())) {
            throw new IllegalArgumentException("the scores of the teacher are cached for images as they are, but these"
                    + " are augmented: leave out \"cached\", or the augmentation");
        }
        if (mixes && distillation.terms().stream().anyMatch(term ->
                term.method() instanceof MutualLearning || term.method() instanceof DeeperExits)) {
            throw new IllegalArgumentException("a network that learns from itself or from a second one reads the labels"
                    + " of single images, but these are mixed: leave out the mixing");
        }
        return new DistilledGraph(distillation, new DistilledGraph.Student(model.network(),
                ImageInput.of(model, normalization, images.classNames()).classNames(), normalization), teacher);
    }

    /** Returns the task that is trained. */
    public static Task trained(Task task, @Nullable DistilledGraph distilled) {
        return distilled == null ? task : DistilledTask.of(task, distilled);
    }

    /** Returns the examples that it is trained with; the caller closes {@code examples}. */
    public static Dataset examples(
            Dataset examples, Model model, Device device, CompileOptions compile, int batchSize,
            @Nullable DistilledGraph distilled) {
        return distilled == null || !distilled.readsCache() ? examples
                : CachedScores.of(examples, distilled, model.classes(), device, compile, batchSize);
    }

    /** Returns the memory of the teacher and of weights that move, which the caller closes. */
    public static LentVariables lent(
            DistilledGraph distilled, Device device, CompileOptions compile, List<Field> fields, int batchSize,
            long steps) {
        TensorType images = fields.stream().filter(field -> field.name().equals(Model.IMAGES)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there are no images to distil with"))
                .batch(batchSize);
        return new LentVariables(device, compile, distilled, images, steps);
    }

    /** Returns the precision of a run in which the terms of distillation compute in f32. */
    public static PrecisionPolicy precision(PrecisionPolicy policy, @Nullable DistilledGraph distilled) {
        return distilled == null || policy.precision() == Precision.F32 ? policy : policy.except(DistilledGraph.PREFIX);
    }
}
