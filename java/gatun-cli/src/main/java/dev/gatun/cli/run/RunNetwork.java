package dev.gatun.cli.run;

import dev.gatun.compress.Snapshot;
import dev.gatun.data.ClassNames;
import dev.gatun.data.DataException;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.RunFolder;
import dev.gatun.io.RunFolderException;
import dev.gatun.io.Sha256;
import dev.gatun.model.Model;
import dev.gatun.train.Trainer;
import dev.gatun.train.Weights;
import dev.gatun.train.WeightsPart;
import dev.gatun.train.compress.Snapshots;
import dev.gatun.train.task.ImageClassification;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.Task;
import dev.gatun.train.task.TaskDescription;
import java.nio.file.Path;

/**
 * The network of a run that is none of the zoo, as compression makes them: its graph is {@code network.json} in the
 * run's folder, and the values that it begins with are {@code network.safetensors}.
 *
 * @param model the classifier
 * @param input the images that it reads, and the names of its classes
 */
public record RunNetwork(Model model, ImageInput input) {
    private static final int SOME_IMAGES = 2;

    /**
     * Writes the network that a new run begins with.
     *
     * @return the digest of the values, which the run's configuration keeps
     * @throws RunFolderException                 when the disk refuses
     * @throws dev.gatun.io.file.StorageException when the disk refuses
     */
    public static String write(RunFolder folder, Snapshot snapshot, ImageInput input) {
        Task task = ImageClassification.of(snapshot.model(), input.normalization()).with(input.attributes());
        folder.writeNetwork(TaskDescription.write(task, SOME_IMAGES));
        snapshot.save(folder.networkWeightsFile());
        return Sha256.of(folder.networkWeightsFile());
    }

    /**
     * Reads the network of a run.
     *
     * @throws CheckpointException when its description is damaged
     * @throws RunFolderException  when it is missing, or not as it was written
     */
    public static RunNetwork read(RunFolder folder) {
        String file = folder.networkFile().toString();
        return folder.network(json -> {
            Task task = TaskDescription.read(json, file);
            try {
                return new RunNetwork(Snapshots.model(task), ImageInput.of(task));
            } catch (IllegalArgumentException e) {
                throw new CheckpointException(file + ": " + e.getMessage() + ": repair the file or start a new run", e);
            }
        });
    }

    /**
     * Looks whether images are such as the network reads, of its classes in their order.
     *
     * @throws DataException otherwise
     */
    public void checkFits(ImageDataset images) {
        if (images.channels() != input.channels() || images.height() != input.height()
                || images.width() != input.width()) {
            throw new DataException(images.name(), "it has images of " + images.channels() + "x" + images.height() + "x"
                    + images.width() + ", the network reads " + model.input(), "bring them to that with --image-size"
                    + " and --color, or give the data that it was trained on");
        }
        ClassNames.difference(images.classNames(), input.classNames()).ifPresent(difference -> {
            throw new DataException(images.name(), "it has " + difference + " in the network",
                    "give data of the same classes");
        });
    }

    /**
     * Sets the variables of a trainer whose run begins.
     *
     * @param digest that of the run's configuration
     * @throws CheckpointException when the values are not those, or do not fit
     */
    public static void load(RunFolder folder, String digest, Trainer trainer) {
        Path file = folder.networkWeightsFile();
        Weights.load(file, trainer, WeightsPart.WHOLE);
        if (!Sha256.of(file).equals(digest)) {
            throw new CheckpointException(file + ": it is not the file that the run began with: compress again into a"
                    + " new folder");
        }
    }
}
