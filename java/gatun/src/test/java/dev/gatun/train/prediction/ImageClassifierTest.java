package dev.gatun.train.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.UnlabelledImages;
import dev.gatun.data.image.WrappedImages;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.SafetensorsFile;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.nn.Layers;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Predictions;
import dev.gatun.train.TrainedModel;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.Weights;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Names of classes from the training images to evaluation and to answers for files. */
@ExtendWith(NoLeaks.class)
class ImageClassifierTest {
    private static final List<String> COLOURS = List.of("blue", "green", "red");
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(12).withBatchSize(4)
            .withOptimizerOptions(OptimizerOptions.NONE);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path data;

    @SuppressWarnings("NullAway.Init")
    private Path run;

    /** Images of many sizes that are mostly of one colour. */
    private static void writeImage(Path file, String colour, int number) throws IOException {
        int shift = 8 * COLOURS.indexOf(colour);
        BufferedImage image = new BufferedImage(8 + number, 12 - number, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                image.setRGB(x, y, (200 + x) << shift | 0x202020 + number);
            }
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    private void train(String device) throws IOException {
        data = folder.resolve("data");
        run = folder.resolve("run");
        for (String colour : COLOURS) {
            for (int i = 0; i < 4; i++) {
                writeImage(data.resolve("train/" + colour + "/" + i + ".png"), colour, i);
                writeImage(data.resolve("test/" + colour + "/" + i + ".png"), colour, 3 - i);
            }
        }
        Model model = new Model("colours", 3, 6, 6, 3, Layers.sequential(Layers.flatten(), Layers.linear(3)));
        try (DataSplit split = open();
                Device opened = TestDevices.open(device);
                Trainer trainer = new Trainer(model, split, opened, OPTIONS)) {
            trainer.run();
            assertThat(trainer.evaluate().accuracy()).isEqualTo(1);
            new CheckpointStore(run).write(1, trainer.checkpoint());
        }
    }

    private DataSplit open() {
        return DataSource.open(data, DataOptions.defaults().withImageSize(6));
    }

    @ParameterizedTest
    @OnEachDevice
    void answersForFilesFoldersAndArchives(String device) throws IOException {
        train(device);
        try (Device opened = TestDevices.open(device);
                ImageClassifier classifier = ImageClassifier.open(run, opened,
                        ClassifierOptions.defaults().withBatchSize(5).withTop(2))) {
            assertThat(classifier.classNames()).isEqualTo(COLOURS);
            List<ImagePrediction> one = classifier.predict(data.resolve("test/red/2.png"));
            assertThat(one).singleElement().satisfies(prediction -> {
                assertThat(prediction.image()).isEqualTo(data.resolve("test/red/2.png").toString());
                assertThat(prediction.classes()).hasSize(2);
                assertThat(prediction.best().name()).isEqualTo("red");
                assertThat(prediction.best().number()).isEqualTo(2);
            });
            List<ImagePrediction> all = classifier.predict(data.resolve("test"), data.resolve("train/green/0.png"));
            assertThat(all).hasSize(13);
            assertThat(all.stream().map(prediction -> prediction.best().name()).distinct())
                    .containsExactly("blue", "green", "red");
            assertThat(all).allSatisfy(prediction ->
                    assertThat(prediction.image()).contains("/" + prediction.best().name() + "/"));
            assertAsTheModelSays(classifier, all);
        }
    }

    /** What the pipeline of evaluation gives for the same images. */
    private void assertAsTheModelSays(ImageClassifier classifier, List<ImagePrediction> all) {
        try (DataSplit split = open()) {
            Predictions expected = classifier.model().predict(Model.PROBABILITIES, split.test());
            for (int i = 0; i < split.test().size(); i++) {
                assertThat(all.get(i).best().number()).isEqualTo(split.test().label(i));
                assertThat(all.get(i).best().probability())
                        .isCloseTo(expected.of(i)[split.test().label(i)], within(1e-6f));
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void whatCannotBeReadIsToldAndTheOthersArePredicted(String device) throws IOException {
        train(device);
        Path mixed = folder.resolve("mixed");
        writeImage(mixed.resolve("a.png"), "red", 0);
        Files.writeString(mixed.resolve("b.txt"), "no image");
        writeImage(mixed.resolve("deep/er/c.png"), "blue", 2);
        Files.writeString(mixed.resolve(".hidden"), "");
        try (Device opened = TestDevices.open(device);
                ImageClassifier classifier = ImageClassifier.open(run, opened)) {
            List<String> heard = new ArrayList<>();
            try (UnlabelledImages images = classifier.images(List.of(mixed))) {
                classifier.predict(images, new PredictionListener() {
                    @Override
                    public void onPrediction(ImagePrediction prediction) {
                        heard.add(prediction.best().name());
                    }

                    @Override
                    public void onUnreadable(DataException reason) {
                        heard.add(String.valueOf(reason.getMessage()));
                    }
                });
            }
            assertThat(heard).containsExactly("red", mixed.resolve("b.txt") + ": is no JPEG or PNG image, nor BMP, GIF"
                    + " or TIFF: it begins with [6e, 6f, 20, 69]; replace or remove it", "blue");
            assertThatThrownBy(() -> classifier.predict(mixed)).isInstanceOf(DataException.class)
                    .hasMessageContaining("b.txt");
            assertThatThrownBy(() -> classifier.predict(folder.resolve("none"))).isInstanceOf(DataException.class)
                    .hasMessageEndingWith("does not exist; check the path");
            Path empty = Files.createDirectory(folder.resolve("empty"));
            assertThatThrownBy(() -> classifier.predict(empty)).isInstanceOf(DataException.class)
                    .hasMessageContaining("there is no image");
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aClassifierBelongsToItsThread(String device) throws Exception {
        train(device);
        try (Device opened = TestDevices.open(device);
                ImageClassifier classifier = ImageClassifier.open(run, opened)) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread other = Thread.ofPlatform().name("other").start(() -> {
                try {
                    classifier.predict(data);
                } catch (Throwable e) {
                    thrown.set(e);
                }
            });
            other.join();
            assertThat(thrown.get()).isInstanceOf(WrongThreadException.class)
                    .hasMessageContaining("which opened it, and was called on other: open one for each thread");
            assertThat(classifier.predict(data.resolve("test/red"))).hasSize(4);
        }
        try (Device opened = TestDevices.open(device)) {
            assertThatIllegalArgumentException().isThrownBy(() -> ImageClassifier.open(run, opened,
                    ClassifierOptions.defaults().withImageSize(7)))
                    .withMessage("the model reads images of 6x6, not of 7x7");
            assertThatThrownBy(() -> ImageClassifier.open(folder, opened)).isInstanceOf(CheckpointException.class);
        }
    }

    /** A batch normalisation cannot be described for one value of a channel: one image is answered for all the same. */
    @ParameterizedTest
    @OnEachDevice
    void oneImageIsAnsweredForByAModelThatNormalisesBatches(String device) throws IOException {
        train(device);
        Model model = new Model("normalised", 3, 6, 6, 3, Layers.sequential(
                Layers.flatten(), Layers.linear(4), Layers.batchNorm(), Layers.linear(3)));
        Path other = folder.resolve("normalised");
        try (DataSplit split = open();
                Device opened = TestDevices.open(device);
                Trainer trainer = new Trainer(model, split, opened, OPTIONS.withEpochs(1))) {
            trainer.run();
            new CheckpointStore(other).write(1, trainer.checkpoint());
        }
        for (int batch : new int[] {1, 3, 12}) {
            try (Device opened = TestDevices.open(device);
                    ImageClassifier classifier = ImageClassifier.open(other, opened,
                            ClassifierOptions.defaults().withBatchSize(batch))) {
                List<ImagePrediction> whole = classifier.predict(data.resolve("test"));
                ImagePrediction alone = classifier.predict(data.resolve("test/red/3.png")).getFirst();
                assertThat(alone.best().probability()).isCloseTo(whole.get(11).best().probability(), within(1e-5f));
                assertThat(classifier.predict(data.resolve("test/red"))).hasSize(4);
            }
        }
    }

    /** Images of some classes of a data set, under other numbers and, maybe, names. */
    private static final class Renamed extends WrappedImages {
        private final List<String> names;
        private final int[] images;

        Renamed(ImageDataset source, List<String> names) {
            super(source);
            this.names = names;
            this.images = IntStream.range(0, source.size())
                    .filter(i -> names.contains(source.classNames().get(source.label(i)))).toArray();
        }

        Renamed(ImageDataset source, List<String> names, int[] images) {
            super(source);
            this.names = names;
            this.images = images;
        }

        @Override
        public int size() {
            return images.length;
        }

        @Override
        public int classes() {
            return names.size();
        }

        @Override
        public List<String> classNames() {
            return names;
        }

        @Override
        public int label(int index) {
            String name = source.classNames().get(source.label(images[index]));
            return names.contains(name) ? names.indexOf(name) : source.label(images[index]);
        }

        @Override
        public void read(int index, byte[] pixels) {
            source.read(images[index], pixels);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void classesAreMatchedByNameAndUnknownOnesRefused(String device) throws IOException {
        train(device);
        try (DataSplit split = open();
                Device opened = TestDevices.open(device);
                LoadedCheckpoint checkpoint = CheckpointStore.read(run);
                TrainedModel model = TrainedModel.open(checkpoint, opened, 8)) {
            assertThat(model.images().classNames()).isEqualTo(COLOURS);
            Evaluation subset = model.evaluate(new Renamed(split.test(), List.of("red", "blue")));
            assertThat(subset.examples()).isEqualTo(8);
            assertThat(subset.accuracy()).isEqualTo(1);
            Evaluation unused = model.evaluate(new Renamed(split.test(), List.of("yellow", "red")));
            assertThat(unused.accuracy()).as("a class that no image is of does not matter").isEqualTo(1);
            Renamed unknown = new Renamed(split.test(), List.of("blue", "grass", "red"), new int[] {0, 5, 11});
            assertThatThrownBy(() -> model.evaluate(unknown)).isInstanceOf(DataException.class)
                    .hasMessage(split.test().name() + ": has a class that the model does not know: grass; the data has"
                            + " blue, grass, red, the model blue, green, red; name the classes as they were in"
                            + " training");
            assertThat(model.predict(Model.PROBABILITIES, unknown).size()).as("labels do not matter").isEqualTo(3);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aTrainerTakesNoCheckpointOfOtherClasses(String device) throws IOException {
        train(device);
        Model model = new Model("colours", 3, 6, 6, 3, Layers.sequential(Layers.flatten(), Layers.linear(3)));
        try (DataSplit split = open();
                Device opened = TestDevices.open(device);
                LoadedCheckpoint checkpoint = CheckpointStore.read(run)) {
            ImageDataset shuffled = new Renamed(split.train(), List.of("red", "green", "blue"));
            try (Trainer trainer = new Trainer(model, new DataSplit(shuffled, split.test()), opened, OPTIONS)) {
                assertThatThrownBy(() -> trainer.restore(checkpoint)).isInstanceOf(CheckpointException.class)
                        .hasMessageContaining("this run has the same classes in another order: red, green, blue, not"
                                + " blue, green, red; use the data it was made with");
                trainer.run();
                assertThat(trainer.evaluate().accuracy()).as("test images are matched by name").isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void exportedWeightsNameTheClasses(String device) throws IOException {
        train(device);
        Path file = folder.resolve("weights.safetensors");
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(run)) {
            Weights.save(file, checkpoint);
        }
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            assertThat(weights.metadata()).containsEntry("format", "pt")
                    .containsEntry("classes", "[\"blue\",\"green\",\"red\"]");
        }
    }
}
