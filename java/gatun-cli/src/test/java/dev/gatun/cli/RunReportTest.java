package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.chart.BrowserLook;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The page that each run leaves. */
@ExtendWith(NoLeaks.class)
class RunReportTest {
    @TempDir
    Path folder;

    private Path run;

    @BeforeEach
    void setUp() {
        run = folder.resolve("run");
    }

    private static void train(String line) {
        Cli cli = Cli.run("train " + line);
        assertThat(cli.code()).as(cli.err()).isZero();
    }

    private String tiny() throws IOException {
        return "--model lenet --threads 1 --batch-size 16 --data " + TinyImages.write(folder.resolve("data"))
                + " --output " + run;
    }

    private String page() throws IOException {
        return Files.readString(run.resolve("report.html"));
    }

    private static int count(String text, String pattern) {
        return (int) Pattern.compile(pattern).matcher(text).results().count();
    }

    /** A run's folder may come from others: what its names lead to elsewhere stays as it was. */
    @Test
    void replacesLinksAndDoesNotWriteThroughThem() throws IOException {
        train(tiny() + " --epochs 1");
        Path other = Files.writeString(folder.resolve("other"), "not ours");
        for (String name : List.of("report.html", "report.json")) {
            Files.delete(run.resolve(name));
            Files.createSymbolicLink(run.resolve(name), other);
        }
        train("--resume " + run + " --epochs 2");
        assertThat(other).hasContent("not ours");
        assertThat(Files.isSymbolicLink(run.resolve("report.html"))).isFalse();
        assertThat(Files.isSymbolicLink(run.resolve("report.json"))).isFalse();
    }

    @Test
    void showsTheRunAndNeedsNoOtherFile() throws IOException {
        train(tiny() + " --epochs 3 --profile 2");
        String page = page();
        assertThat(page.replaceAll("data:image/png;base64,[A-Za-z0-9+/=]+", "")).doesNotContainIgnoringCase("http")
                .doesNotContainIgnoringCase("<script").doesNotContain("url(", "@import", "<link", "NaN", "Infinity");
        assertThat(page).contains("<h1>lenet on ", "Step 18 of 18, 3 of 3 epochs. Test accuracy ",
                "<figcaption>Loss<", "<figcaption>Accuracy<", "<figcaption>Schedule<", "<figcaption>Throughput ",
                ">learning rate<", ">images per second<", ">accuracy (%)<", ">each step, in training<",
                "Mistakes on the test images", ">taken for<", "Where the time of a step goes",
                "The most expensive kernels", "<h2>Weights and gradients", "<figcaption>conv1.weight<",
                "This command makes a run like this one:", "<h2>Versions and machine", "<dt>Java</dt>");
        assertThat(count(page, "<figcaption>conv1.weight<")).as("weights and gradients").isEqualTo(2);
        Matcher command = Pattern.compile("<pre>java/bin/gatun (train [^<]*)</pre>").matcher(page);
        assertThat(command.find()).isTrue();
        assertThat(command.group(1)).contains("--epochs 3").doesNotContain("--output");
        assertThat(Cli.run(command.group(1) + " --quiet --output " + folder.resolve("again")))
                .isEqualTo(new Cli(0, "", ""));
        BrowserLook.at(page, folder.resolve("look")).ifPresent(faults -> assertThat(faults).isEmpty());
    }

    /** The steps before are still there, those that the checkpoint does not know of are not. */
    @Test
    void aResumedRunGoesOnWithIt() throws IOException {
        train(tiny() + " --epochs 4 --checkpoint-every 4 --quiet");
        List<?> whole = points();
        Path cut = run.resolve("checkpoints");
        String command = (String) Json.readObject(run.resolve("report.json")).get("command");
        try (Stream<Path> checkpoints = Files.list(cut)) {
            assertThat(checkpoints.map(path -> path.getFileName().toString())).contains("step-00000018");
        }
        train("--resume " + cut.resolve("step-00000018") + " --quiet");
        assertThat(points()).hasSameSizeAs(whole);
        for (int i = 0; i < whole.size(); i++) {
            assertThat(((List<?>) points().get(i)).subList(0, 4)).isEqualTo(((List<?>) whole.get(i)).subList(0, 4));
        }
        assertThat(Json.readObject(run.resolve("report.json"))).containsEntry("command", command);
        assertThat(page()).contains("4 of 4 epochs");
    }

    /** It shows all that the last epoch did. */
    @Test
    void aFinishedRunKeepsItsPage() throws IOException {
        train(tiny() + " --epochs 2 --quiet");
        String page = page();
        assertThat(page).contains("Mistakes on the test images", "<h2>Weights and gradients");
        train("--resume " + run + " --quiet");
        assertThat(page()).isEqualTo(page);
    }

    private List<?> points() {
        Map<?, ?> steps = (Map<?, ?>) Objects.requireNonNull(Json.readObject(run.resolve("report.json")).get("steps"));
        return (List<?>) Objects.requireNonNull(steps.get("points"));
    }

    @Test
    void aStoppedRunHasOneToo() throws IOException {
        Cli stopped = Cli.run("train " + tiny() + " --epochs 4 --stop-after-steps 3");
        assertThat(stopped.code()).isEqualTo(130);
        assertThat(page()).contains("Step 3 of 24, 0 of 4 epochs.").doesNotContain("Mistakes on");
        assertThat(points()).hasSize(3);
    }

    /** Their bytes are tested where they are written. */
    @Test
    void scalarsForTensorBoardAreBesideItWhenAsked() throws IOException {
        train(tiny() + " --epochs 1 --quiet --checkpoint-every 2");
        assertThat(events()).isEmpty();
        train("--resume " + run.resolve("checkpoints/step-00000004") + " --tensorboard --quiet");
        assertThat(events()).hasSize(1);
        String bytes = Files.readString(events().getFirst(), StandardCharsets.ISO_8859_1);
        assertThat(count(bytes, "step/loss")).as("steps 5 and 6").isEqualTo(2);
        assertThat(bytes).contains("step/learning_rate", "train/loss", "train/accuracy", "test/loss", "test/accuracy",
                "speed/images_per_second");
    }

    private List<Path> events() throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.filter(file -> file.getFileName().toString().startsWith("events.out.tfevents.")).toList();
        }
    }

    @Test
    void whatIsDamagedIsLeftOutAndEndsNoRun() throws IOException {
        train(tiny() + " --epochs 1 --profile 1 --quiet");
        Files.writeString(run.resolve("report.json"), "{\"steps\":");
        Files.writeString(run.resolve("trace.json"), "{}");
        train("--resume " + run + " --epochs 2 --quiet");
        assertThat(page()).contains("2 of 2 epochs").doesNotContain("Where the time of a step goes");
    }

    @Test
    void namesOfClassesAreOnlyText() throws IOException {
        Path data = ColourFolders.write(folder.resolve("colours"));
        for (String split : List.of("train", "test")) {
            Files.move(data.resolve(split + "/red"), data.resolve(split + "/<b onload=x>&'red'"));
        }
        train("--model lenet --threads 1 --batch-size 8 --epochs 1 --lr 1e-9 --data " + data + " --output " + run);
        assertThat(page()).contains("&lt;b onload=x&gt;&amp;'red'").doesNotContain("<b onload");
        assertThat(count(page(), "src=\"data:image/png;base64,")).as("pictures of mistakes").isPositive();
        BrowserLook.at(page(), folder.resolve("look")).ifPresent(faults -> assertThat(faults).isEmpty());
    }
}
