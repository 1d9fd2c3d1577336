package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.model.Models;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsCommandTest {
    @Test
    void listsEveryModelWithItsSizes() {
        Cli cli = Cli.run("models");
        assertThat(cli.code()).as(cli.err()).isZero();
        for (String model : Models.names()) {
            assertThat(cli.line(model)).contains(Models.source(model));
        }
        assertThat(cli.line("resnet18")).containsPattern("resnet18 +small +11,173,962 +555,422,720 ");
        assertThat(cli.line("lenet")).containsPattern("lenet +[0-9]"); // it begins in one way only
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
                .hasSize(Models.names().size()).first().isEqualTo(Map.of("name", "lenet",
                "source", "LeCun et al., 1998", "refusal", "lenet needs images of at least 12x12, got 10x10"));
    }
}
