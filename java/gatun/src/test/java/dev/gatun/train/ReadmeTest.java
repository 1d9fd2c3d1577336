package dev.gatun.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.SourceProgram;
import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.io.CheckpointStore;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.nn.Layers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The README's links, and its programs: {@link TrainDigits} and {@link PredictDigits}, without their package. */
@ExtendWith(NoLeaks.class)
class ReadmeTest {
    private static final Path REPOSITORY = Path.of("../..");

    /** A link of Markdown; its target without the part after {@code #}. */
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)[^)]*\\)");

    private static SourceProgram program(String name) throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/gatun/train/" + name + ".java"));
        return new SourceProgram(name, source.replace("package dev.gatun.train;\n\n", "").strip());
    }

    @Test
    void theProgramCompilesRunsAndLearns(@TempDir Path classes) throws Exception {
        List<String> lines = program("TrainDigits").run(classes);
        assertThat(lines).hasSize(3);
        Matcher last = Pattern.compile("epoch 3: test accuracy (0\\.\\d{3})").matcher(lines.getLast());
        assertThat(last.matches()).as(lines.getLast()).isTrue();
        assertThat(Double.parseDouble(Objects.requireNonNull(last.group(1)))).isGreaterThan(0.8);
    }

    @Test
    void whatARunLearnedAnswersForNewImages(@TempDir Path classes, @TempDir Path run) throws Exception {
        try (DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(500).withTest(5));
                Device device = Backends.open("cpu", DeviceOptions.defaults());
                Trainer trainer = new Trainer(new Model("linear", 1, 28, 28, 10,
                        Layers.sequential(Layers.flatten(), Layers.linear(10))), digits, device,
                        TrainingOptions.defaults().withEpochs(3))) {
            trainer.run();
            new CheckpointStore(run).write(1, trainer.checkpoint());
        }
        List<String> lines = program("PredictDigits").run(classes, run.toString());
        assertThat(lines).hasSize(5).allMatch(line -> line.matches(
                "image [0-4]: \\d, with a probability of [01]\\.\\d{3}"));
        assertThat(lines.stream().map(line -> line.charAt(9)).distinct()).as("different digits").hasSizeGreaterThan(1);
    }

    @Test
    void eachProgramFitsOnAScreen() throws IOException {
        assertThat(program("TrainDigits").lines()).isLessThanOrEqualTo(25);
        assertThat(program("PredictDigits").lines()).isLessThanOrEqualTo(25);
    }

    @Test
    void theReadmeShowsTheProgramsAsTheyAre() throws IOException {
        assertThat(SourceProgram.inReadme("From Java", "TrainDigits")).isEqualTo(program("TrainDigits"));
        assertThat(SourceProgram.inReadme("Answers for new inputs", "PredictDigits"))
                .isEqualTo(program("PredictDigits"));
    }

    @Test
    void everyRelativeLinkLeadsToAFile() throws IOException {
        List<String> found = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        List<Path> pages = new ArrayList<>(
                List.of(REPOSITORY.resolve("README.md"), REPOSITORY.resolve("java/README.md")));
        try (Stream<Path> guides = Files.list(REPOSITORY.resolve("java/guide"))) {
            guides.forEach(pages::add);
        }
        for (Path readme : pages) {
            Matcher link = LINK.matcher(Files.readString(readme));
            while (link.find()) {
                String target = Objects.requireNonNull(link.group(1));
                if (target.isEmpty() || target.matches("[a-z]+:.*")) { // inside the page, or on the web
                    continue;
                }
                found.add(target);
                if (!Files.exists(readme.resolveSibling(target))) {
                    broken.add(readme + ": " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(found).as("the examples and guides, at least").hasSizeGreaterThanOrEqualTo(20);
    }
}
