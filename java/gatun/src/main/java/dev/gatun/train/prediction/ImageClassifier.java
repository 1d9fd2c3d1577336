package dev.gatun.train.prediction;

import dev.gatun.backend.Device;
import dev.gatun.data.DataException;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.UnlabelledImages;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.model.Model;
import dev.gatun.train.Predictions;
import dev.gatun.train.TrainedModel;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.Task;
import dev.gatun.train.task.TaskDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trained classifier of image files. Images go through what they did in training: decoded, resized and cropped where
 * the run did so, normalised.
 *
 * <pre>{@code
 * try (Device device = Backends.open("cpu", DeviceOptions.defaults());
 *         ImageClassifier classifier = ImageClassifier.open(Path.of("runs/flowers"), device)) {
 *     classifier.predict(Path.of("rose.jpg")).forEach(prediction -> System.out.println(prediction.best().name()));
 * }
 * }</pre>
 *
 * It belongs to the thread that opened it, as its device does: another thread that calls it gets a
 * {@link WrongThreadException}. A server hands its images to that one thread, or opens a classifier and a device on
 * each.
 */
public final class ImageClassifier implements AutoCloseable {
    /** Batches between two calls of a listener: what is kept of the answers stays small, however many images. */
    private static final int BATCHES = 16;

    private final TrainedModel model;
    private final ImageInput input;
    private final int imageSize;
    private final int leastBatch;
    private final ClassifierOptions options;
    private final Thread owner = Thread.currentThread();

    private ImageClassifier(
            TrainedModel model, ImageInput input, int imageSize, int leastBatch, ClassifierOptions options) {
        this.model = model;
        this.input = input;
        this.imageSize = imageSize;
        this.leastBatch = leastBatch;
        this.options = options;
    }

    /** Opens the latest checkpoint of a run, or a checkpoint, with the default options. */
    public static ImageClassifier open(Path runOrCheckpoint, Device device) {
        return open(runOrCheckpoint, device, ClassifierOptions.defaults());
    }

    /**
     * Opens the latest checkpoint of a run, or a checkpoint.
     *
     * @param runOrCheckpoint folder of a run or of a checkpoint
     * @throws CheckpointException when there is none, it is damaged, or it does not classify images
     */
    public static ImageClassifier open(Path runOrCheckpoint, Device device, ClassifierOptions options) {
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(runOrCheckpoint)) {
            return open(checkpoint, device, options);
        }
    }

    /**
     * Opens a checkpoint, which can be closed afterwards.
     *
     * @throws CheckpointException      when it is damaged, or does not classify images
     * @throws IllegalArgumentException when the options ask for another size than the model's
     */
    public static ImageClassifier open(LoadedCheckpoint checkpoint, Device device, ClassifierOptions options) {
        Task task = TaskDescription.read(checkpoint);
        int least = leastBatch(task, options.batchSize());
        ImageInput input = input(task, least, checkpoint);
        int asked = options.imageSize();
        if (asked > 0 && (asked != input.height() || asked != input.width())) {
            throw new IllegalArgumentException("the model reads images of " + input.height() + "x" + input.width()
                    + ", not of " + asked + "x" + asked);
        }
        TrainedModel model = TrainedModel.open(checkpoint, device, Math.max(least, options.batchSize()),
                options.precision() == null ? TrainedModel.precision(checkpoint) : options.precision());
        return new ImageClassifier(
                model, input, asked > 0 ? asked : ImageInput.resized(task).orElse(0), least, options);
    }

    /**
     * The smallest batch: two where the description of the model, which is that of training, cannot normalise one image
     * alone; the only one that it has, if that is the one asked for.
     */
    private static int leastBatch(Task task, int asked) {
        for (int size = 1; size <= 2; size++) {
            try {
                task.graph(size);
                return size;
            } catch (IllegalArgumentException | CheckpointException _) {
                // too small, or damaged: what is used in the end says so
            }
        }
        return asked;
    }

    private static ImageInput input(Task task, int batchSize, LoadedCheckpoint checkpoint) {
        try {
            ImageInput input = ImageInput.of(task);
            task.graph(batchSize).output(Model.PROBABILITIES);
            return input;
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(checkpoint.path() + ": " + e.getMessage()
                    + "; use it from Java, with TrainedModel.predict and a data set of its inputs", e);
        }
    }

    /** Returns the names of the classes, by number. */
    public List<String> classNames() {
        return input.classNames();
    }

    /** Returns the model, which is closed with this. */
    public TrainedModel model() {
        return model;
    }

    /**
     * Lists images for {@link #predict(UnlabelledImages, PredictionListener)}: files, folders at any depth, zip
     * archives.
     *
     * @throws DataException when there is no path; a listener hears what is wrong with one
     */
    public UnlabelledImages images(List<Path> paths) {
        return UnlabelledImages.open(
                paths, new ImageSize(input.height(), input.width()), input.channels(), imageSize);
    }

    /**
     * Predicts the classes of images in files, folders and zip archives.
     *
     * @return one prediction for each image, in order
     * @throws DataException        when an image cannot be read or does not fit the model
     * @throws WrongThreadException on another thread than that which opened this
     */
    public List<ImagePrediction> predict(Path... paths) {
        List<ImagePrediction> predictions = new ArrayList<>();
        try (UnlabelledImages images = images(List.of(paths))) {
            predict(images, new PredictionListener() {
                @Override
                public void onPrediction(ImagePrediction prediction) {
                    predictions.add(prediction);
                }

                @Override
                public void onUnreadable(DataException reason) {
                    throw reason;
                }
            });
        }
        return predictions;
    }

    /**
     * Predicts the classes of images one after the other, whatever their number: answers are handed on as they come.
     *
     * @throws WrongThreadException on another thread than that which opened this
     */
    public void predict(UnlabelledImages images, PredictionListener listener) {
        if (!Thread.currentThread().equals(owner)) {
            throw new WrongThreadException("this classifier belongs to thread " + owner.getName()
                    + ", which opened it, and was called on " + Thread.currentThread().getName()
                    + ": open one for each thread, with a device of its own");
        }
        int batch = Math.max(leastBatch, options.batchSize());
        int most = Math.multiplyExact(batch, BATCHES);
        for (int first = 0; first < images.size(); first += most) {
            int count = Math.min(most, images.size() - first);
            int more = count % batch < leastBatch && count % batch > 0 ? leastBatch - count % batch : 0;
            ReadableImages some = new ReadableImages(images, first, count, count + more);
            Predictions probabilities = model.predict(Model.PROBABILITIES, some);
            for (int i = 0; i < count; i++) {
                tell(images.file(first + i), some.failure(i), probabilities.of(i), listener);
            }
        }
    }

    private void tell(
            String image, @Nullable DataException failure, float[] probabilities,
            PredictionListener listener) {
        if (failure != null) {
            listener.onUnreadable(failure);
            return;
        }
        for (float probability : probabilities) {
            if (!Float.isFinite(probability)) {
                listener.onUnreadable(new DataException(image, "the model's answer is not a number",
                        "compute in f32, or use another checkpoint"));
                return;
            }
        }
        listener.onPrediction(ImagePrediction.of(image, input.classNames(), probabilities, options.top()));
    }

    @Override
    public void close() {
        model.close();
    }
}
