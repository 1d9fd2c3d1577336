package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Data whose classes or images are not those of the run. */
@ExtendWith(NoLeaks.class)
class ClassNamesCommandsTest {
    private static final String OPTIONS = " --model mlp --batch-size 4 --threads 1 --quiet";

    @TempDir
    Path folder;

    private Path data;
    private Path run;

    @BeforeEach
    void draw() throws IOException {
        data = ColourFolders.write(folder.resolve("data"));
        run = folder.resolve("run");
    }

    private void train(String more) {
        Cli cli = Cli.run("train" + OPTIONS + " --data " + data + " --output " + run + more);
        assertThat(cli.code()).as(cli.err()).isIn(0, 130);
    }

    private void rename(String from, String to) throws IOException {
        for (String split : new String[] {"train/", "test/"}) {
            Files.move(data.resolve(split + from), data.resolve(split + to));
        }
    }

    private void remove(String name) throws IOException {
        rename(name, ".removed-" + name);
    }

    private static void refused(String line, String message) {
        Cli cli = Cli.run(line);
        assertThat(cli.err()).startsWith("gatun: ").contains(message).hasLineCount(1);
        assertThat(cli.code()).isEqualTo(3);
    }

    @Test
    void evaluationMatchesClassesByName() throws IOException {
        train(" --epochs 8");
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("classes", ColourFolders.CLASSES);
        assertThat(Cli.run("evaluate " + run + " --threads 1").line("test")).contains("accuracy 100.00 % (12 of 12");
        remove("blue"); // the others move up by one
        Cli subset = Cli.run("evaluate " + run + " --threads 1");
        assertThat(subset.line("test")).contains("accuracy 100.00 % (8 of 8");
        assertThat(subset.line("data")).endsWith(": 8 images of 2 of the model's 3 classes");
        rename("green", "azure");
        refused("evaluate " + run + " --threads 1", "has a class that the model does not know: azure; the data has"
                + " azure, red, the model blue, green, red; name the classes as they were in training");
    }

    @Test
    void aResumedRunRefusesOtherClasses() throws IOException {
        train(" --epochs 2 --stop-after-steps 4");
        rename("red", "amber");
        refused("train --resume " + run, data + ": it has classes that were not there: amber, and no more red, unlike"
                + " when the run began; put the same data there, or start a new run");
        rename("amber", "red");
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", ""));
    }

    @Test
    void aResumedRunRefusesOtherImages() throws IOException {
        train(" --epochs 2 --stop-after-steps 4");
        String unlike = " when the run began; put the same data there, or start a new run";
        Path one = data.resolve("test/red/0.png");
        byte[] bytes = Files.readAllBytes(one);
        Files.delete(one);
        refused("train --resume " + run, "it has 11 test images, but had 12" + unlike);
        Files.write(one, bytes);
        Files.write(one, new byte[] {0}, StandardOpenOption.APPEND);
        refused("train --resume " + run, "its test images are not the same files, by their names and sizes, as"
                + unlike);
        Files.write(one, bytes);
        Path other = data.resolve("train/red/0.png");
        Files.move(other, data.resolve("train/red/00.png"));
        refused("train --resume " + run, "its training images are not the same files");
        Files.move(data.resolve("train/red/00.png"), other);
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", ""));
    }

    @Test
    void filesOfMnistAreKnownByTheirContent() throws IOException {
        data = TinyImages.write(folder.resolve("idx"));
        train(" --epochs 1 --stop-after-steps 2");
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("classes", List.of("0", "1", "2"));
        Path labels = data.resolve("train-labels-idx1-ubyte");
        byte[] bytes = Files.readAllBytes(labels);
        bytes[8] = 2;
        Files.write(labels, bytes);
        refused("train --resume " + run, "its training images are not the same");
    }

    @Test
    void aRunWithoutItsManifestIsNotResumed() throws IOException {
        train(" --epochs 2 --stop-after-steps 4");
        Files.delete(run.resolve("manifest.json"));
        Cli cli = Cli.run("train --resume " + run);
        assertThat(cli.err()).contains("manifest.json").hasLineCount(1);
        assertThat(cli.code()).isEqualTo(4);
    }
}
