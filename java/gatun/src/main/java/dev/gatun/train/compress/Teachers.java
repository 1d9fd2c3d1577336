package dev.gatun.train.compress;

import dev.gatun.compress.Snapshot;
import dev.gatun.compress.distill.Teacher;
import dev.gatun.data.image.Normalization;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.model.Model;
import dev.gatun.train.Weights;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.TaskDescription;
import java.nio.file.Path;
import java.util.List;

/** Reads teachers of a distillation. */
public final class Teachers {
    private Teachers() {}

    /**
     * Returns the classifier of a checkpoint as a teacher, with the values that it is evaluated with.
     *
     * @throws CheckpointException when the checkpoint is damaged, or of a task that does not classify images
     */
    public static Teacher read(LoadedCheckpoint checkpoint) {
        Snapshot snapshot = Snapshots.read(checkpoint);
        try {
            ImageInput input = ImageInput.of(TaskDescription.read(checkpoint));
            return new Teacher(snapshot, input.classNames(), input.normalization());
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(checkpoint.path() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns a model with the weights of a file, such as one that PyTorch wrote, as a teacher.
     *
     * @param weights       a safetensors file that has every variable of the model
     * @param classNames    names of its classes, by number, where the file does not say
     * @param normalization how its images are normalised
     * @throws CheckpointException when the file does not fit, or cannot be read
     */
    public static Teacher read(Path weights, Model model, List<String> classNames, Normalization normalization) {
        // two images: one may be too few to normalise over
        Snapshot snapshot = new Snapshot(model, Weights.read(weights, model.graph(2)));
        return new Teacher(snapshot, Weights.classNames(weights).orElse(classNames), normalization);
    }
}
