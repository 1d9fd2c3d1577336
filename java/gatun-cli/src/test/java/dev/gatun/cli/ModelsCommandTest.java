package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.model.Zoo;
import dev.gatun.model.ZooEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsCommandTest {
    @Test
    void listsEveryModelWithItsSizes() {
        Cli cli = Cli.run("models");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(Zoo.entries()).hasSize(18);
        for (ZooEntry entry : Zoo.entries()) {
            assertThat(cli.line(entry.name())).endsWith(entry.source());
        }
        assertThat(cli.line("resnet18")).containsPattern("resnet18 +small +11,173,962 +555,422,720 ");
        assertThat(cli.line("lenet")).containsPattern("lenet +[0-9]"); // it begins in one way only
        assertThat(cli.line("unet")).containsPattern("unet +31,038,218 +[0-9,]+ +\\S+ MiB +3x32x32 ");
        assertThat(cli.line("style_transfer")).containsPattern(
                "style_transfer +1,679,235 +[0-9,]+ +\\S+ MiB +3x32x32 ");
        // embedding, two layers of four gates with two biases, and scores
        int lstm = 128 * 128 + 2 * (4 * 128 * (128 + 128 + 2)) + 128 * 128 + 128;
        assertThat(cli.line("char_lstm")).containsPattern(
                "char_lstm +" + String.format(Locale.ROOT, "%,d", lstm) + " +[0-9,]+ +\\S+ KiB +50x128 ");
    }

    /** A step multiplies by each weight once. */
    @Test
    void textsHaveALengthAndCharacters() {
        Cli cli = Cli.run("models --text 10x30 --classes 7");
        int products = 10 * (2 * 4 * 128 * (128 + 128) + 128 * 30);
        assertThat(cli.line("char_lstm")).containsPattern(
                " " + String.format(Locale.ROOT, "%,d", products) + " +\\S+ KiB +10x30 ");
    }

    @Test
    void photographsHaveTheStandardStemAndPublishedParameters() {
        Cli cli = Cli.run("models --image 3x224x224 --classes 1000");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("resnet50")).containsPattern("resnet50 +standard +25,557,032 ");
    }

    @Test
    void modelsThatNormaliseMoreThanOneImageOnlyAreListed() {
        Cli cli = Cli.run("models --image 3x8x8"); // whose last images have one pixel
        assertThat(cli.line("resnet18")).containsPattern("resnet18 +small +11,173,962 ");
    }

    @Test
    void modelsThatCannotReadTheImagesAreNamedAndTheOthersListed(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("models.json");
        Cli cli = Cli.run("models --image 1x10x10 --json " + file);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.out()).contains("lenet needs images of at least 12x12, got 10x10")
                .containsPattern("(?m)^mlp +\\d");
        Map<String, Object> json = Json.readObject(file);
        assertThat(json).containsEntry("image", List.of(1L, 10L, 10L)).containsEntry("classes", 10L);
        assertThat(json.get("models")).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSize(Zoo.names().size()).first().isEqualTo(Map.of("name", "lenet",
                "source", "LeCun et al., 1998", "input", "1x10x10",
                "refusal", "lenet needs images of at least 12x12, got 10x10"));
    }
}
