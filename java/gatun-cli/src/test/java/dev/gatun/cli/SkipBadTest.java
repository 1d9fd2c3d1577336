package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Images that cannot be used are left out where that is asked for. */
@ExtendWith(NoLeaks.class)
class SkipBadTest {
    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void write() throws IOException {
        data = ColourFolders.write(folder.resolve("data"));
        Files.writeString(data.resolve("train/red/0.png"), "no image");
        byte[] whole = Files.readAllBytes(data.resolve("train/blue/3.png"));
        Files.write(data.resolve("train/blue/3.png"), Arrays.copyOf(whole, whole.length - 20));
        ColourFolders.image(data.resolve("train/blue/0.png"), "blue", 1, 40);
        Files.write(data.resolve("test/green/2.png"), new byte[0]);
    }

    private Cli train(String options) {
        return Cli.run("train --model mlp --threads 1 --epochs 1 --data " + data + " " + options);
    }

    @Test
    void trainsOnTheOthersAndListsThem() throws IOException {
        Path run = folder.resolve("run");
        Cli cli = train("--skip-bad --output " + run);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("data")).contains("21 training and 11 test images of 12x12");
        assertThat(cli.line("skipped")).contains("4 images, listed in skipped.txt: ");
        assertThat(Files.readAllLines(run.resolve("skipped.txt"))).hasSize(4)
                .anyMatch(line -> line.startsWith(data.resolve("train/red/0.png") + ": "))
                .anyMatch(line -> line.startsWith(data.resolve("train/blue/3.png") + ": "))
                .anyMatch(line -> line.startsWith(data.resolve("train/blue/0.png") + ": is 12 x 40, but"))
                .anyMatch(line -> line.startsWith(data.resolve("test/green/2.png") + ": "));
        assertThat(Cli.run("evaluate " + run).line("test")).contains("of 11 images");
        assertThat(Cli.run("train --quiet --epochs 2 --resume " + run)).isEqualTo(new Cli(0, "", ""));
    }

    @Test
    void evaluatesOnTheOthersAndNamesThem() throws IOException {
        Path run = folder.resolve("run");
        assertThat(Cli.run("train --model mlp --threads 1 --epochs 1 --quiet --data "
                + ColourFolders.write(folder.resolve("good")) + " --output " + run)).isEqualTo(new Cli(0, "", ""));
        Cli refused = Cli.run("evaluate " + run + " --data " + data);
        assertThat(refused.code()).isEqualTo(3);
        Path json = folder.resolve("result.json");
        Cli cli = Cli.run("evaluate " + run + " --skip-bad --json " + json + " --data " + data);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("test")).contains("of 11 images");
        assertThat(cli.line("skipped")).contains("4 images of all splits, such as " + data);
        assertThat(cli.err()).hasLineCount(4).contains("gatun: skipped " + data.resolve("test/green/2.png") + ": ");
        assertThat(Json.readObject(json)).extractingByKey("skipped").asInstanceOf(LIST).hasSize(4);
    }

    @Test
    void otherwiseNamesThemAll() {
        Cli cli = train("--output " + folder.resolve("refused"));
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.err()).contains("3 of 36 images cannot be used: ").hasLineCount(1);
    }

    @Test
    void aClassMustNotVanish() throws IOException {
        for (int i = 0; i < 8; i++) {
            Files.writeString(data.resolve("train/red/" + i + ".png"), "no image");
        }
        Cli cli = train("--skip-bad --output " + folder.resolve("vanished"));
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.err()).contains("has a class of which no training image can be used: ").hasLineCount(1);
    }
}
