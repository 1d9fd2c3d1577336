package dev.gatun.cli.evaluate;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.PrecisionOptions;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunData;
import dev.gatun.cli.run.RunImages;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.run.RunSplits;
import dev.gatun.cli.terminal.Activity;
import dev.gatun.cli.terminal.CountedProgress;
import dev.gatun.cli.terminal.Output;
import dev.gatun.data.BadImages;
import dev.gatun.data.ColorMode;
import dev.gatun.data.DataException;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.train.Evaluation;
import dev.gatun.train.TrainedModel;
import dev.gatun.train.classification.ClassificationReport;
import dev.gatun.train.task.ClassMapping;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.Task;
import dev.gatun.train.task.TaskDescription;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Measures a checkpoint.
 *
 * @param data      null for the data of the checkpoint's run
 * @param imageSize height and width that images are brought to, 0 for what the checkpoint says
 * @param color     what images are read as, null for what the checkpoint says
 * @param skipBad   whether to leave out images that cannot be used, also where the run refused them
 * @param batchSize 0 for that of the run
 * @param worst     number of the worst images to list among the details; empty for no details
 */
record EvaluationSession(
        RunLocation location, @Nullable Path data, int imageSize, @Nullable ColorMode color, boolean skipBad,
        int batchSize, String device, int threads, PrecisionOptions precision, ResultFile json, OptionalInt worst) {

    private static final int DEFAULT_BATCH_SIZE = 64;

    void run(Output output) {
        json.check();
        try (LoadedCheckpoint checkpoint = location.read(
                        (damaged, reason) -> output.err().println(RunLocation.passedOver(damaged, reason)))) {
            RunConfig config = location.run() == null ? null : location.config();
            int images = batchSize > 0 ? batchSize : config == null ? DEFAULT_BATCH_SIZE
                    : config.training().batchSize();
            try (DataSplit split = Activity.during(output, false, "looking at the images",
                            () -> open(config, adapted(checkpoint, config)));
                    Device opened = Devices.open(device, threads, 0, emulation(config));
                    TrainedModel model = Activity.during(output, false, "compiling",
                            () -> TrainedModel.open(checkpoint, opened, images,
                                    precision.policy(TrainedModel.precision(checkpoint))))) {
                check(images(model, checkpoint), split.test());
                if (skipBad) { // else they are in a list of the run's, or there are none
                    split.skipped().forEach(image -> output.err().println("gatun: skipped " + image));
                }
                Evaluation result = evaluate(model, split.test(), output);
                report(result, model, checkpoint, split, output);
            }
        }
    }

    private static Evaluation evaluate(TrainedModel model, ImageDataset images, Output output) {
        CountedProgress progress = new CountedProgress(output, "testing", System::nanoTime);
        try {
            return model.evaluate(images, (done, all, _) -> {
                progress.show(done, all);
                return true;
            }).orElseThrow();
        } finally {
            progress.clear();
        }
    }

    /** A run that was trained so is measured so. */
    private DeviceOptions.Emulation emulation(@Nullable RunConfig config) {
        return config == null || precision.emulation() == DeviceOptions.Emulation.ALLOWED
                ? precision.emulation() : config.emulation();
    }

    private DataSplit open(@Nullable RunConfig config, RunImages adapted) {
        if (data != null) {
            return RunData.open(RunData.name(data), adapted, RunSplits.ALL);
        }
        if (config == null) {
            throw CliException.usage(location.checkpoint()
                    + " lies outside a run, which would name its data: add --data PATH");
        }
        return RunData.open(config.data(), adapted, config.splits());
    }

    /** What was trained on resized or converted images is measured on such. */
    private RunImages adapted(LoadedCheckpoint checkpoint, @Nullable RunConfig config) {
        Task task = TaskDescription.read(checkpoint);
        return new RunImages(imageSize > 0 ? imageSize : ImageInput.resized(task).orElse(0),
                color != null ? color : ImageInput.converted(task).orElse(ColorMode.AUTO),
                skipBad ? BadImages.SKIP : config == null || data != null ? BadImages.REFUSE : config.images().bad());
    }

    private static ImageInput images(TrainedModel model, LoadedCheckpoint checkpoint) {
        try {
            return model.images();
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(checkpoint.path() + ": " + e.getMessage()
                    + "; measure it from Java, with TrainedModel.evaluate and a data set of its inputs", e);
        }
    }

    private static void check(ImageInput model, ImageDataset images) {
        if (images.channels() != model.channels() || images.height() != model.height()
                || images.width() != model.width()) {
            throw new DataException(images.name(),
                    "images of " + images.height() + "x" + images.width() + "x" + images.channels()
                            + ", but the model was trained on " + model.height() + "x" + model.width() + "x"
                            + model.channels(),
                    "use data like that which it was trained on" + remedy(model, images));
        }
    }

    /** What would bring the images to those of the model. */
    private static String remedy(ImageInput model, ImageDataset images) {
        String options = images.channels() == model.channels() ? ""
                : model.channels() == 1 ? " --color grey" : " --color rgb";
        if (images.height() != model.height() || images.width() != model.width()) {
            if (model.height() != model.width()) {
                return "";
            }
            options += " --image-size " + model.height();
        }
        return options.isEmpty() ? "" : ", or" + options;
    }

    private void report(Evaluation result, TrainedModel trained, LoadedCheckpoint checkpoint, DataSplit split,
            Output output) {
        ImageDataset images = split.test();
        String model = trained.task().name();
        output.fact("model", model + " after " + checkpoint.step() + " steps, " + checkpoint.path());
        int classes = trained.images().classes();
        int measured = new ClassMapping(trained.images().classNames(), images).classesWithImages();
        output.fact("data", images.name() + ": " + result.examples() + " images"
                + (measured < classes ? " of " + measured + " of the model's " + classes + " classes" : ""));
        if (!split.skipped().isEmpty()) {
            output.fact("skipped", split.skipped().size() + " images of all splits, such as "
                    + split.skipped().getFirst());
        }
        output.fact("test", String.format(Locale.ROOT, "accuracy %.2f %% (%d of %d images), loss %.4f",
                100 * result.accuracy(), result.correct(), result.examples(), result.loss()));
        Details details = worst.isEmpty() ? null
                : new Details(ClassificationReport.of(trained, images, worst.getAsInt()));
        if (details != null) {
            details.print(output);
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("model", model);
        object.put("checkpoint", checkpoint.path().toString());
        object.put("step", checkpoint.step());
        object.put("data", images.name());
        object.put("images", result.examples());
        object.put("classes", measured);
        object.put("skipped", split.skipped());
        object.put("test_loss", result.loss());
        object.put("test_accuracy", result.accuracy());
        if (details != null) {
            object.putAll(details.toJson());
        }
        object.put("precision", trained.precision().toString());
        object.put("device", device);
        object.put("threads", threads);
        json.write(object);
    }
}
