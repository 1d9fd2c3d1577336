package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.CheckpointStore;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Validation images, the best epoch, early stopping and longer runs. */
@ExtendWith(NoLeaks.class)
class BestEpochCommandsTest {
    @TempDir
    static Path folder;

    private static String data;

    @BeforeAll
    static void write() throws IOException {
        data = " --data " + TinyImages.write(folder.resolve("data"));
    }

    private static Path folder(String name) {
        return folder.resolve(name + "-" + System.nanoTime());
    }

    private static Cli train(String options) {
        return Cli.run("train --model mlp --threads 1 --batch-size 16 --validation 25%" + data + " " + options);
    }

    private static List<Map<String, Object>> metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
                .map(line -> Json.parseObject(line, "metrics.jsonl")).toList();
    }

    private static double number(Map<String, Object> json, String key) {
        return ((Number) Objects.requireNonNull(json.get(key), key)).doubleValue();
    }

    /** At so high a rate the loss rises from some epoch on. */
    private static Path overshooting(String options) {
        Path run = folder("overshooting");
        assertThat(train("--quiet --optimizer sgd --lr 3 --schedule constant --epochs 12 --output " + run + " "
                + options).code()).isZero();
        return run;
    }

    @Test
    void epochsAreEvaluatedOnImagesThatAreNotTrainedOn() throws IOException {
        Path run = folder("validated");
        Path json = run.resolveSibling(run.getFileName() + ".json");
        Cli cli = train("--epochs 2 --output " + run + " --json " + json);
        assertThat(cli.code()).isZero();
        assertThat(cli.line("data")).contains("72 training, 24 validation and 40 test images");
        assertThat(cli.line("epoch 2/2")).contains("validation loss").contains("validation accuracy")
                .doesNotContain("test");
        assertThat(cli.line("test")).contains("of 40 images");
        assertThat(metrics(run).getLast()).containsKeys("validation_loss", "validation_accuracy")
                .doesNotContainKeys("test_loss", "test_accuracy");
        Map<String, Object> results = Json.parseObject(Files.readString(json), "results");
        assertThat(results).containsKeys("test_accuracy", "validation_accuracy", "best_epoch");
        // The very weights of the end, on the images of the test alone.
        Path again = json.resolveSibling("again.json");
        assertThat(Cli.run("evaluate " + run + " --checkpoint latest --json " + again).code()).isZero();
        assertThat(number(Json.parseObject(Files.readString(again), "again"), "test_loss"))
                .isEqualTo(number(results, "test_loss"));
    }

    @Test
    void theCheckpointOfTheBestEpochStays() throws IOException {
        Path run = overshooting("");
        List<Map<String, Object>> lines = metrics(run);
        assertThat(lines).hasSize(12);
        Map<String, Object> best = lines.stream()
                .min((a, b) -> Double.compare(number(a, "validation_loss"), number(b, "validation_loss")))
                .orElseThrow();
        assertThat(number(best, "epoch")).as("the latest three are kept anyway").isLessThan(10);
        CheckpointStore store = new CheckpointStore(run);
        String name = String.format("step-%08d", (long) number(best, "step"));
        assertThat(store.best()).hasValue(run.resolve("checkpoints").resolve(name));
        assertThat(store.all()).hasSize(4);
        assertThat(Cli.run("evaluate " + run + " --checkpoint best").line("model")).contains(name);
        assertThat(Cli.run("evaluate " + run).line("model")).contains("step-00000060");
        Path weights = folder("weights");
        assertThat(Cli.run("export " + run + " --checkpoint best --output " + weights).line("weights")).contains(name);
    }

    @Test
    void aRunStopsEarlyAndThenStandsForItsBestEpoch() throws IOException {
        Path run = overshooting("--early-stopping 2");
        List<Map<String, Object>> lines = metrics(run);
        assertThat(Files.readString(run.resolve("report.html"))).contains("Mistakes on the validation images",
                "It stopped early; epoch " + (lines.size() - 2) + " was the best.");
        assertThat(lines.size()).isLessThan(12).isGreaterThan(2);
        Map<String, Object> best = lines.get(lines.size() - 3);
        assertThat(lines).allSatisfy(line ->
                assertThat(number(line, "validation_loss")).isGreaterThanOrEqualTo(number(best, "validation_loss")));
        String name = String.format("step-%08d", (long) number(best, "step"));
        assertThat(Cli.run("evaluate " + run).line("model")).contains(name);
        assertThat(Cli.run("evaluate " + run + " --checkpoint latest").line("model")).doesNotContain(name);
        Cli again = Cli.run("train --resume " + run);
        assertThat(again.code()).isZero();
        assertThat(again.line("run")).contains("it stopped early after epoch " + lines.size());
        assertThat(again.line("stopped")).isEqualTo("stopped early, after epoch " + lines.size() + " of 12:"
                + " none since epoch " + (lines.size() - 2) + " was better");
        assertThat(again.line("best")).contains("epoch " + (lines.size() - 2)).contains("on the test images");
        // More epochs are what it waits for anew.
        assertThat(Cli.run("train --quiet --epochs 40 --resume " + run).code()).isZero();
        assertThat(metrics(run).size()).isGreaterThan(lines.size());
    }

    /** As after a crash before the first checkpoint of the longer run. */
    @Test
    void aLongerRunGoesOnFromTheCheckpointThatHadStoppedEarly() throws IOException {
        Path run = overshooting("--early-stopping 2");
        int epochs = metrics(run).size();
        Path stopped = new CheckpointStore(run).latest().orElseThrow();
        assertThat(Cli.run("train --quiet --epochs 40 --stop-after-steps 1 --resume " + run).code()).isEqualTo(130);
        Cli again = Cli.run("train --resume " + stopped);
        assertThat(again.line("run")).contains("goes on after step ");
        assertThat(metrics(run).size()).isGreaterThan(epochs);
    }

    @Test
    void aDamagedBestCheckpointCostsNoResults() throws IOException {
        Path run = overshooting("--early-stopping 2");
        Path weights = new CheckpointStore(run).best().orElseThrow().resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);
        Path json = run.resolveSibling(run.getFileName() + ".json");
        Cli cli = Cli.run("train --json " + json + " --resume " + run);
        assertThat(cli.code()).isZero();
        assertThat(cli.err()).contains("the best epoch is not measured: ").contains("does not match its checksum")
                .hasLineCount(1);
        assertThat(cli.line("best")).doesNotContain("on the test images");
        assertThat(Json.parseObject(Files.readString(json), "results")).containsKeys("test_loss", "best_epoch")
                .doesNotContainKey("best_test_loss");
    }

    @Test
    void theReportSaysWhichImagesItsMistakesAreOf() throws IOException {
        Path run = folder("report");
        assertThat(train("--quiet --epochs 1 --output " + run).code()).isZero();
        assertThat(Files.readString(run.resolve("report.html"))).contains("Mistakes on the validation images")
                .doesNotContain("the test images");
    }

    /** What the run waits for is in the checkpoint too. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 13})
    void aResumedRunStopsWhereItWouldHave(int steps) throws IOException {
        Path whole = overshooting("--early-stopping 2,delta=0.01 --monitor accuracy");
        Path cut = folder("cut");
        assertThat(train("--quiet --optimizer sgd --lr 3 --schedule constant --epochs 12 --output " + cut
                + " --early-stopping 2,delta=0.01 --monitor accuracy --stop-after-steps " + steps).code())
                .isEqualTo(130);
        assertThat(Cli.run("train --quiet --resume " + cut).code()).isZero();
        assertThat(metrics(cut).stream().map(line -> line.get("validation_loss")).toList())
                .isEqualTo(metrics(whole).stream().map(line -> line.get("validation_loss")).toList());
        assertThat(new CheckpointStore(cut).best().map(Path::getFileName))
                .isEqualTo(new CheckpointStore(whole).best().map(Path::getFileName));
    }

    /** Under a constant rate a run that is made longer is the run that was so long from its beginning. */
    @Test
    void aFinishedRunGoesOn() throws IOException {
        Path whole = folder("long");
        assertThat(train("--quiet --schedule constant --epochs 4 --output " + whole).code()).isZero();
        Path grown = folder("grown");
        assertThat(train("--quiet --schedule constant --epochs 2 --output " + grown).code()).isZero();
        assertThat(Cli.run("train --quiet --epochs 4 --resume " + grown)).isEqualTo(new Cli(0, "", ""));
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            String last = "checkpoints/step-00000020";
            assertThat(grown.resolve(last).resolve(file)).hasSameBinaryContentAs(whole.resolve(last).resolve(file));
        }
        assertThat(metrics(grown)).hasSize(4);
        assertThat(Files.readString(grown.resolve("config.json"))).contains("\"epochs\": 4");
        assertThat(Files.readAllLines(grown.resolve("recipe.args"))).contains("--epochs \"2\"")
                .endsWith("# after step 10 made longer: --resume RUN --epochs 4");
        Cli shorter = Cli.run("train --epochs 3 --resume " + grown);
        assertThat(shorter.code()).isEqualTo(2);
        assertThat(shorter.err()).contains("--epochs 3 is less than the 4 of the run").hasLineCount(1);
    }

    private static List<Object> rates(Path run) throws IOException {
        return metrics(run).stream().map(line -> Objects.requireNonNull(line.get("learning_rate"))).toList();
    }

    /** The rate of each step is that of a run of the new length. */
    @Test
    void theScheduleIsThatOfTheLongerRun() throws IOException {
        Path run = folder("cosine");
        assertThat(train("--quiet --schedule cosine --lr 0.01 --epochs 1 --output " + run).code()).isZero();
        assertThat(Cli.run("train --quiet --epochs 4 --resume " + run).code()).isZero();
        Path whole = folder("cosine");
        assertThat(train("--quiet --schedule cosine --lr 0.01 --epochs 4 --output " + whole).code()).isZero();
        assertThat(rates(run).subList(1, 4)).isEqualTo(rates(whole).subList(1, 4));
        assertThat(rates(run).getFirst()).isNotEqualTo(rates(whole).getFirst());
    }

    @Test
    void refusesWhatCannotBe() {
        Cli many = Cli.run("train --epochs 1 --validation 96 --output " + folder("many") + data);
        assertThat(many.code()).isEqualTo(3);
        assertThat(many.err()).contains("at most 93 can be held out, not 96").hasLineCount(1);
        Cli words = Cli.run("train --validation ten");
        assertThat(words.code()).isEqualTo(2);
        assertThat(words.err()).contains("'ten' says no images for validation");
        Cli checkpoint = Cli.run("evaluate " + folder + " --checkpoint best");
        assertThat(checkpoint.code()).isEqualTo(2);
        assertThat(checkpoint.err()).contains("--checkpoint says which checkpoint a run's folder stands for");
    }

    @Test
    void limitsTestImages() {
        Cli cli = train("--epochs 1 --test-limit 10 --output " + folder("limited"));
        assertThat(cli.line("test")).contains("of 10 images");
    }
}
