package dev.gatun.cli.compare;

import dev.gatun.backend.Device;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunData;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.terminal.Output;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.model.Model;
import dev.gatun.train.Predictions;
import dev.gatun.train.TrainedModel;
import dev.gatun.train.task.ClassMapping;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.TaskDescription;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * On which test images a run's model is right.
 *
 * @param run    the run
 * @param data   name of the images
 * @param digest what tells them from others
 * @param labels the label of each, among the data's classes
 * @param names  names of the data's classes
 * @param right  images on which the model is right
 */
@SuppressWarnings("ArrayRecordComponent") // passed on within this package, never compared
record Answers(Path run, String model, long step, String data, String digest, int[] labels, List<String> names,
        BitSet right) {
    /**
     * Asks the checkpoint that a run stands for.
     *
     * @param data   null for the run's own
     * @param output says which checkpoints are passed over, as they are damaged
     */
    static Answers of(Path path, @Nullable Path data, int batchSize, String device, int threads, Output output) {
        RunLocation location = RunLocation.toResume(path);
        RunConfig config = location.config();
        try (LoadedCheckpoint checkpoint = RunLocation.find(path, null).read(
                        (damaged, reason) -> output.err().println(RunLocation.passedOver(damaged, reason)));
                DataSplit split = RunData.open(data == null ? config.data() : RunData.name(data), config.images(),
                        config.splits());
                Device opened = Devices.open(device, threads, 0, config.emulation());
                TrainedModel model = TrainedModel.open(
                        checkpoint, opened, batchSize > 0 ? batchSize : config.training().batchSize())) {
            return of(path, checkpoint, model, split.test());
        }
    }

    private static Answers of(Path path, LoadedCheckpoint checkpoint, TrainedModel model, ImageDataset images) {
        ImageInput input = input(checkpoint);
        int[] numbers = new ClassMapping(input.classNames(), images).numbers();
        int[] labels = IntStream.range(0, images.size()).map(images::label).toArray();
        Predictions predictions = model.predict(Model.PROBABILITIES, images);
        BitSet right = new BitSet();
        for (int i = 0; i < labels.length; i++) {
            right.set(i, predictions.largest(i) == numbers[labels[i]]);
        }
        return new Answers(path, model.task().name(), checkpoint.step(), images.name(), images.digest(), labels,
                images.classNames(), right);
    }

    private static ImageInput input(LoadedCheckpoint checkpoint) {
        try {
            return ImageInput.of(TaskDescription.read(checkpoint));
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(checkpoint.path() + ": " + e.getMessage() + "; compare image classifiers",
                    e);
        }
    }

    /** Share of images on which the model is right. */
    double accuracy() {
        return (double) right.cardinality() / labels.length;
    }

    /** Share of the images of a class on which the model is right; NaN where there are none. */
    double accuracy(int label) {
        int correct = (int) right.stream().filter(i -> labels[i] == label).count();
        return (double) correct / images(label);
    }

    /** Number of images of a class. */
    int images(int label) {
        return (int) IntStream.of(labels).filter(each -> each == label).count();
    }

    /** Images on which this model is right, and another is not. */
    int alone(Answers other) {
        BitSet alone = (BitSet) right.clone();
        alone.andNot(other.right);
        return alone.cardinality();
    }
}
