package dev.gatun.cli.predict;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions.Emulation;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.PrecisionOptions;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.terminal.CountedProgress;
import dev.gatun.cli.terminal.Output;
import dev.gatun.data.DataException;
import dev.gatun.data.image.UnlabelledImages;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.train.TrainedModel;
import dev.gatun.train.prediction.ClassifierOptions;
import dev.gatun.train.prediction.ImageClassifier;
import dev.gatun.train.prediction.ImagePrediction;
import dev.gatun.train.prediction.PredictionListener;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Predicts the classes of images, and writes each answer as it comes. */
record PredictionSession(
        RunLocation location, List<Path> paths, PredictionFormat format, ClassifierOptions options, String device,
        int threads, PrecisionOptions precision, ResultFile file) {

    ExitCode run(Output output) {
        file.check();
        try (LoadedCheckpoint checkpoint = location.read(
                        (damaged, reason) -> output.err().println(RunLocation.passedOver(damaged, reason)));
                Device opened = Devices.open(device, threads, 0, emulation());
                ImageClassifier classifier = open(checkpoint, opened);
                UnlabelledImages images = classifier.images(paths)) {
            Listener listener = new Listener(output, file.isFile(), images.size());
            file.write(lines -> {
                listener.begin(() -> format.writer(lines, images, classifier.classNames()));
                try {
                    classifier.predict(images, listener);
                } finally {
                    listener.progress.clear();
                }
            });
            return listener.unreadable == 0 ? ExitCode.OK : ExitCode.DATA;
        }
    }

    private ImageClassifier open(LoadedCheckpoint checkpoint, Device opened) {
        try {
            return ImageClassifier.open(checkpoint, opened,
                    options.withPrecision(precision.policy(TrainedModel.precision(checkpoint))));
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--image-size: " + e.getMessage() + ": leave it out", e);
        }
    }

    /** A run that was trained so predicts so. */
    private Emulation emulation() {
        return location.run() == null || precision.emulation() == Emulation.ALLOWED
                ? precision.emulation() : location.config().emulation();
    }

    /** Writes answers, and a line for each image without one. */
    private static final class Listener implements PredictionListener {
        private final PrintStream err;
        private final CountedProgress progress;
        private final boolean showsProgress;
        private final int images;
        private Supplier<PredictionWriter> begun = () -> _ -> {};
        private @Nullable PredictionWriter writer;
        private int told;
        private int unreadable;

        /** Answers on standard output show how far it is themselves. */
        Listener(Output output, boolean showsProgress, int images) {
            this.err = output.err();
            this.progress = new CountedProgress(output, "predicting", System::nanoTime);
            this.showsProgress = showsProgress;
            this.images = images;
        }

        /** What is written is begun with the first answer: a heading without one would be misleading. */
        void begin(Supplier<PredictionWriter> newWriter) {
            begun = newWriter;
        }

        @Override
        public void onPrediction(ImagePrediction prediction) {
            if (writer == null) {
                writer = begun.get();
            }
            writer.write(prediction);
            told();
        }

        private void told() {
            told++;
            if (showsProgress) {
                progress.show(told, images);
            }
        }

        @Override
        public void onUnreadable(DataException reason) {
            unreadable++;
            progress.clear();
            err.println("gatun: " + reason.getMessage());
            told();
        }
    }
}
