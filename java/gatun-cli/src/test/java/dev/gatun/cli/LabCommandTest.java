package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.chart.BrowserLook;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonLines;
import dev.gatun.io.RunFolder;
import dev.gatun.io.RunLock;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

/** Two optimizers, and runs of a few steps each. */
@ExtendWith(NoLeaks.class)
class LabCommandTest {
    /**
     * Two seeds times clean, label noise, input noise and imbalance, and one other learning rate, for each optimizer.
     */
    private static final int RUNS = 2 * (2 * 4 + 1);

    @TempDir
    static Path folder;

    private static String options;
    private static String both;
    private static Path whole;
    private static Cli first;

    @BeforeAll
    static void runsTheLaboratory() throws IOException {
        options = "lab optimizers --quick --model mlp --epochs 2 --batch-size 16 --threads 1 --rates 0.1"
                + " --success 0.4 --data "
                + TinyImages.write(folder.resolve("data"));
        whole = folder.resolve("whole");
        both = options + " --optimizers adam,sgd";
        first = Cli.run(both + " --target 0.5 --output " + whole + " --json " + folder.resolve("result.json"));
        assertThat(first.err()).isEmpty();
        assertThat(first.code()).isZero();
    }

    @Test
    void tellsThePlanAndTheOutcome() {
        assertThat(first.line("plan")).isEqualTo("plan    2 optimizers on 3 surfaces, and " + RUNS + " training runs");
        assertThat(first.out()).contains("run 1/" + RUNS + "  adam, seed 1: test accuracy ")
                .contains("run " + RUNS + "/" + RUNS + "  sgd, learning rate 0.01, seed 1: ").doesNotContain("\r")
                .containsPattern("(?m)^rank in +accuracy +speed +stability +noise +robustness +mean$")
                .containsPattern("(?m)^steps on +quadratic +rosenbrock +saddle$");
        assertThat(first.line("time"))
                .matches("time    about (\\d+ s|\\d+ min \\d\\d s) here, by some steps that were timed");
        assertThat(first.line("report")).endsWith("report.html");
    }

    @Test
    void writesEveryRunAndTheSummary() throws IOException {
        List<String> runs = Files.readAllLines(whole.resolve("runs.csv"));
        assertThat(runs).hasSize(1 + RUNS);
        assertThat(runs.getFirst()).startsWith("optimizer,learning_rate,rate_factor,disturbance,seed,steps,seconds,");
        assertThat(runs.get(1)).startsWith("adam,0.001,1.0,clean,1,12,");
        assertThat(runs).filteredOn(line -> line.contains(",imbalance 20.0,")).hasSize(4)
                .as("32 + 7 + 2 images, two batches, two epochs")
                .allMatch(line -> line.contains(",1,4,") || line.contains(",2,4,"));
        assertThat(Files.readAllLines(whole.resolve("summary.csv"))).hasSize(3).first().asString()
                .startsWith("optimizer,learning_rate,mean_rank,rank_accuracy,accuracy_final,");
        assertThat(Files.readAllLines(whole.resolve("trajectories.csv"))).hasSize(1 + 3 * 4)
                .anyMatch(line -> line.startsWith("rosenbrock,newton,1.0,"));
        Map<String, Object> json = Json.readObject(folder.resolve("result.json"));
        assertThat(json).containsEntry("model", "mlp").containsEntry("runs", (long) RUNS);
        assertThat((List<?>) json.get("optimizers")).hasSize(2);
    }

    @Test
    void thePageNeedsNoOtherFile() throws IOException {
        String page = Files.readString(whole.resolve("report.html"));
        assertThat(page).doesNotContainIgnoringCase("http").doesNotContainIgnoringCase("<script").doesNotContain("url(")
                .doesNotContain("@import").doesNotContain("<link").contains("name=\"viewport\"")
                .contains("prefers-color-scheme: dark").contains("<td>adam</td>").contains("<td>sgd</td>")
                .contains("<h3>The best learning rate beside the default</h3>");
        List<Path> charts = charts();
        assertThat(charts).as("ranks, loss, accuracy, rates, two kinds of noise, three surfaces with three families")
                .hasSize(15);
        assertThat(page.split("<svg class=\"chart\"", -1)).hasSize(1 + charts.size());
        BrowserLook.at(page, folder.resolve("look")).ifPresent(faults -> assertThat(faults).isEmpty());
    }

    private static List<Path> charts() throws IOException {
        try (Stream<Path> files = Files.list(whole)) {
            return files.filter(path -> path.toString().endsWith(".svg")).toList();
        }
    }

    @Test
    void chartsAreFilesOfTheirOwn() throws Exception {
        for (Path path : charts()) {
            Document svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(path.toFile());
            assertThat(svg.getElementsByTagName("path").getLength()).as("lines of %s", path).isGreaterThan(5);
            assertThat(svg.getElementsByTagName("text").getLength()).as("labels of %s", path).isGreaterThan(5);
        }
    }

    @Test
    void saysTheBestRatesBesideTheDefaults() throws IOException {
        List<String> rates = Files.readAllLines(whole.resolve("rates.csv"));
        assertThat(rates).hasSize(3).first()
                .isEqualTo("optimizer,learning_rate,accuracy,rank,best_rate,best_accuracy,best_rank");
        for (String line : rates.subList(1, 3)) {
            List<String> cells = List.of(line.split(",", -1));
            double usual = Double.parseDouble(cells.get(2));
            double best = Double.parseDouble(cells.get(5));
            assertThat(best).isGreaterThanOrEqualTo(usual);
            assertThat(Double.parseDouble(cells.get(4)) == Double.parseDouble(cells.get(1))).isEqualTo(best == usual);
        }
    }

    /** The runs of an optimizer without what depends on the clock, and on the target. */
    private static List<String> timeless(Path folder, String optimizer) throws IOException {
        return Files.readAllLines(folder.resolve("runs.csv")).stream().filter(line -> line.startsWith(optimizer + ","))
                .map(line -> {
                    List<String> cells = List.of(line.split(",", -1));
                    return String.join(",", cells.subList(0, 6)) + "," + String.join(",", cells.subList(7, 12));
                }).toList();
    }

    @Test
    void goesOnWhereItWasCutAndMakesNoRunTwice() throws IOException {
        Path cut = folder.resolve("cut");
        Cli stopped = Cli.run(both + " --stop-after-runs 5 --output " + cut);
        assertThat(stopped.code()).isEqualTo(130);
        assertThat(stopped.err()).contains("stopped after 5 of " + RUNS + " training runs").hasLineCount(1);
        assertThat(cut.resolve("report.html")).doesNotExist();
        Path journal = cut.resolve("runs.jsonl");
        String written = Files.readString(journal);
        int lastLine = written.lastIndexOf('\n', written.length() - 2) + 1;
        Files.writeString(journal, written.substring(0, (lastLine + written.length()) / 2));

        Cli resumed = Cli.run(both + " --output " + cut);
        assertThat(resumed.code()).isZero();
        assertThat(resumed.line("plan")).endsWith(" training runs, of which 4 were made before");
        assertThat(resumed.out()).contains("run " + (RUNS - 4) + "/" + (RUNS - 4)).doesNotContain("run 1/" + RUNS);
        assertThat(journal).content().startsWith(written.substring(0, lastLine)).hasLineCount(RUNS);
        for (String optimizer : List.of("adam", "sgd")) {
            assertThat(timeless(cut, optimizer)).isEqualTo(timeless(whole, optimizer)).hasSize(RUNS / 2);
        }
    }

    @Test
    void anotherQuestionOnlyAddsItsRuns() throws IOException {
        Path more = folder.resolve("more");
        Files.createDirectories(more);
        Files.copy(whole.resolve("runs.jsonl"), more.resolve("runs.jsonl"));
        Cli target = Cli.run(options + " --optimizers sgd --quiet --target 0.9 --spike 2 --output " + more);
        assertThat(target).as("what is only counted needs no run").isEqualTo(new Cli(0, "", ""));
        assertThat(more.resolve("runs.jsonl")).content().hasLineCount(RUNS);
        Cli seeds = Cli.run(options + " --optimizers sgd --seeds 3 --stop-after-runs 1 --output " + more);
        assertThat(seeds.line("plan")).endsWith("and 13 training runs, of which 9 were made before");
        assertThat(seeds.line("run")).startsWith("run 1/4  sgd, seed 3: ");
    }

    private static List<@Nullable Object> keys(Path folder) {
        return JsonLines.read(folder.resolve("runs.jsonl")).stream().<@Nullable Object>map(line -> line.get("run"))
                .toList();
    }

    @Test
    void anotherProcessGetsTheSameNumbers() throws Exception {
        Path other = folder.resolve("other");
        Process process = new ProcessBuilder(Stream.concat(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                        Main.class.getName()),
                Stream.of((options + " --optimizers adam --quiet --output " + other).split(" "))).toList())
                .redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(timeless(other, "adam")).isEqualTo(timeless(whole, "adam")).hasSize(RUNS / 2);
        assertThat(keys(whole)).as("what the other process wrote is found again").containsAll(keys(other));
        assertThat(Files.readAllLines(whole.resolve("trajectories.csv")))
                .containsAll(Files.readAllLines(other.resolve("trajectories.csv")));
    }

    @Test
    void twoProcessesDoNotWriteOneJournal() throws IOException {
        Path held = folder.resolve("held");
        Files.createDirectories(held);
        Files.writeString(held.resolve("config.json"), "{}");
        try (RunLock _ = RunFolder.open(held).lock()) {
            Cli cli = Cli.run(both + " --output " + held);
            assertThat(cli.code()).isEqualTo(4);
            assertThat(cli.err()).contains("is being trained by process ").hasLineCount(1);
        }
    }

    @Test
    void leavesATrainingRunAlone() throws IOException {
        Path trained = folder.resolve("trained");
        Files.createDirectories(trained);
        Files.writeString(trained.resolve("config.json"), "{}");
        Files.writeString(trained.resolve("metrics.jsonl"), "");
        Cli cli = Cli.run(both + " --output " + trained);
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains("holds a training run: choose another folder").hasLineCount(1);
        assertThat(trained.resolve("config.json")).hasContent("{}");
    }

    @Test
    void saysWhereTheJournalIsDamaged() throws IOException {
        Path damaged = folder.resolve("damaged");
        Files.createDirectories(damaged);
        Files.writeString(damaged.resolve("runs.jsonl"), "{\"run\":{}}\n");
        Cli cli = Cli.run(options + " --output " + damaged);
        assertThat(cli.code()).isEqualTo(4);
        assertThat(cli.err()).contains("runs.jsonl: the line of {} has no valid \"curve\": remove it").hasLineCount(1);
    }

    @Test
    void rewritesALineOnATerminal() {
        Cli cli = Cli.run((both + " --stop-after-runs 1 --output " + folder.resolve("terminal")).split(" "), 100);
        assertThat(cli.code()).isEqualTo(130);
        assertThat(cli.out()).containsPattern("\rrun 1/" + RUNS + "  step 1/12  loss \\d\\.\\d+  .* left  adam, seed 1")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lab                                   | Usage: gatun lab
            lab optimisers                        | there is no command 'optimisers'; did you mean optimizers?
            lab optimizers --optimizers adm       | --optimizers: 'adm' is none of sgd, momentum
            lab optimizers --model lenett         | 'lenett' is none of lenet, mlp, mobilenet_v2, resnet18, resnet20, resnet32, resnet34, resnet50, resnet56, seresnet18, seresnet50, vgg11_bn, vit_tiny, wrn16_2, wrn40_2; did you mean lenet?
            lab optimizers --seeds 0              | --seeds must be at least 1, got 0
            lab optimizers --target 95            | --target must be a number above 0 and at most 1, got 95.0
            lab optimizers --success 0            | --success must be a number above 0 and at most 1, got 0.0
            lab optimizers --label-noise 0.1,2    | --label-noise: the rate of wrong labels must be above 0 and at most 1, got 2.0
            lab optimizers --input-noise -1       | --input-noise: the deviation of noise must be above 0 and at most 10, got -1.0
            lab optimizers --imbalance 1          | --imbalance: the ratio of class sizes must be above 1, got 1.0
            lab optimizers --rates 0              | --rates: factors of the learning rate must be above 0
            lab optimizers --spike 1              | --spike: a spike must be above its median
            lab optimizers --quadratic 1,2        | --quadratic takes five numbers, P11,P12,P22,Q1,Q2, got 2
            lab optimizers --quadratic 1,2,1,0,0  | --quadratic: P = [[1.0, 2.0], [2.0, 1.0]] must be positive definite
            lab optimizers --quiet --limit 100    | imbalance 20.0 leaves 38 training images, fewer than a batch of 64
            """)
    void saysInOneLineWhatIsWrong(String line, String message) {
        Cli cli = Cli.run(line);
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).contains(message);
        assertThat(cli.out()).isEmpty();
    }
}
