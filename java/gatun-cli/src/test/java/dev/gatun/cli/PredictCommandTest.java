package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
class PredictCommandTest {
    @TempDir
    static Path folder;

    private static Path run;
    private static Path data;

    @TempDir
    Path own;

    @BeforeAll
    static void train() throws IOException {
        data = ColourFolders.write(folder.resolve("data"));
        run = train(data, "run", "");
    }

    private static Path train(Path data, String name, String more) {
        Path run = folder.resolve(name);
        Cli cli = Cli.run("train --model mlp --epochs 8 --batch-size 4 --threads 1 --quiet --data " + data
                + " --output "
                + run + more);
        assertThat(cli.code()).as(cli.err()).isZero();
        return run;
    }

    private static Cli predict(String arguments) {
        return Cli.run("predict " + run + " " + arguments + " --threads 1");
    }

    @Test
    void writesATableForPeople() {
        Path red = data.resolve("test/red/0.png");
        Cli cli = predict(red + " " + data.resolve("test/blue") + " --top 2");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.err()).isEmpty();
        List<String> lines = cli.out().lines().toList();
        assertThat(lines).hasSize(1 + 2 * 5);
        assertThat(lines.getFirst()).matches("image +class  probability");
        int column = lines.getFirst().indexOf("class");
        assertThat(lines.get(1)).startsWith(red + " ").matches(".*  red  .*\\d\\d %");
        assertThat(lines.get(1).substring(column)).startsWith("red ");
        assertThat(lines.get(2).substring(0, column)).isBlank();
        assertThat(lines.get(3)).startsWith(data.resolve("test/blue/0.png") + " ");
        assertThat(lines.get(3).substring(column)).startsWith("blue ");
        assertThat(lines).extracting(String::length).containsOnly(lines.getFirst().length());
    }

    @Test
    void writesALineOfJsonForEachImage() {
        Cli cli = predict(data.resolve("test") + " --json --batch-size 5");
        assertThat(cli.code()).as(cli.err()).isZero();
        List<String> lines = cli.out().lines().toList();
        assertThat(lines).hasSize(12);
        for (String line : lines) {
            Object image = Json.parseObject(line, "line").get("image");
            assertThat((List<?>) Json.parseObject(line, "line").get("classes")).hasSize(3).first().asString()
                    .contains("class="
                            + Objects.requireNonNull(Path.of(String.valueOf(image)).getParent()).getFileName());
        }
    }

    @Test
    void writesCsvToAFile() throws IOException {
        Path odd = own.resolve("a \"b\", c.png");
        ColourFolders.image(odd, "green", 3, 12);
        Path csv = own.resolve("new/out.csv");
        Cli cli = Cli.run(new String[] {"predict", run.toString(), odd.toString(), "--top", "1", "--csv", "--output",
            csv.toString(), "--threads", "1"}, 0);
        assertThat(cli).isEqualTo(new Cli(0, "", ""));
        assertThat(Files.readAllLines(csv)).hasSize(2).startsWith("image,rank,class,number,probability")
                .last().asString().matches("\".*/a \"\"b\"\", c.png\",1,green,1,[01]\\..*");
    }

    /** Answers that scroll by show it themselves. */
    @Test
    void aTerminalShowsHowFarItIsWhereAnswersGoToAFile() {
        String[] arguments = {"predict", run.toString(), data.resolve("test").toString(), "--threads", "1", "--csv"};
        assertThat(Cli.run(arguments, 80).out()).startsWith("image,").doesNotContain("predicting");
        String[] toFile = Stream.concat(Arrays.stream(arguments), Stream.of("--output", own + "/o.csv"))
                .toArray(String[]::new);
        assertThat(Cli.run(toFile, 80).out()).startsWith("\rpredicting").contains("1/12").matches("(?s).*\r +\r");
    }

    @Test
    void whatCannotBeReadIsALineAndTheOthersArePredicted() throws IOException {
        ColourFolders.image(own.resolve("mixed/a.png"), "red", 0, 12);
        Files.writeString(own.resolve("mixed/b.png"), "no image");
        ColourFolders.image(own.resolve("mixed/c.png"), "red", 0, 13);
        ColourFolders.image(own.resolve("mixed/deep/d.png"), "blue", 0, 12);
        Path zip = own.resolve("e.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("f/g.png"));
            Files.copy(own.resolve("mixed/deep/d.png"), out);
            out.closeEntry();
        }
        Cli cli = predict(own.resolve("mixed") + " " + zip + " --csv --top 1");
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.out().lines().map(line -> line.replaceAll("^.*/|,1,", " ").replaceAll(",.*", "")))
                .containsExactly("image", " a.png red", " d.png blue", " g.png blue");
        assertThat(cli.err().lines()).hasSize(2).allMatch(line -> line.startsWith("gatun: " + own));
        assertThat(cli.err()).contains("mixed/b.png: is no JPEG or PNG image, nor ")
                .contains("mixed/c.png: is 12 x 13, but what the model was trained on is 12 x 12;");
        Cli resized = predict(own.resolve("mixed/c.png") + " --csv --top 1 --image-size 12");
        assertThat(resized.code()).as(resized.err()).isZero();
        assertThat(resized.out()).contains(",1,red,2,");
    }

    /** Whatever is wrong with one path, the others are predicted. */
    @Test
    void goesOnAfterAPathThatIsNotThere() throws IOException {
        Path image = own.resolve("there.png");
        ColourFolders.image(image, "green", 0, 12);
        Path broken = Files.writeString(own.resolve("broken.zip"), "PK but no archive");
        Path empty = Files.createDirectory(own.resolve("nothing-in-it"));
        Path missing = own.resolve("missing.png");
        Cli cli = predict(missing + " " + broken + " " + image + " " + empty + " --csv --top 1");
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.out().lines()).hasSize(2).last().asString().startsWith(image + ",1,green,");
        assertThat(cli.err().lines()).hasSize(3).allMatch(line -> line.startsWith("gatun: " + own));
        assertThat(cli.err()).contains(missing + ": does not exist; check the path")
                .contains(broken + ": ").contains(empty + ": there is no image; name image files");
    }

    @Test
    void imagesAreResizedAsInTraining() throws IOException {
        Path many = ColourFolders.write(own.resolve("many"), 2);
        Path resized = train(many, "resized", " --image-size 10");
        Cli evaluated = Cli.run("evaluate " + resized + " --threads 1");
        assertThat(evaluated.line("test")).contains("accuracy 100.00 %");
        Cli cli = Cli.run("predict " + resized + " " + many.resolve("test/green") + " --threads 1 --csv --top 1");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.out().lines().skip(1)).hasSize(4).allMatch(line -> line.contains(",1,green,1,"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RUN none                        | 3 | none: does not exist; check the path
            RUN                             | 2 | missing required parameter: 'IMAGES'
            none DATA                       | 4 | none: no such folder
            RUN DATA --json --csv           | 2 | --json does not go with --csv: leave one out
            RUN DATA --top 0                | 2 | --top must be at least 1, got 0
            RUN DATA --batch-size 0         | 2 | --batch-size must be at least 1, got 0
            RUN DATA --image-size 7         | 2 | --image-size: the model reads images of 12x12, not of 7x7: leave it out
            RUN DATA --device gpu           | 2 | 'gpu' is none of cpu, reference
            RUN DATA --output RUN           | 4 | it is a folder: name a file in it
            RUN OWN                         | 3 | there is no image; name image files, folders of them or zip archives
            """)
    void saysInOneLineWhatIsWrong(String arguments, int code, String message) {
        Cli cli = Cli.run("predict " + arguments.replace("RUN", run.toString())
                .replace("DATA", data.resolve("test").toString()).replace("OWN", own.toString()));
        assertThat(cli.err()).startsWith("gatun: ").contains(message).hasLineCount(1);
        assertThat(cli.code()).isEqualTo(code);
        assertThat(cli.out()).isEmpty();
    }
}
