package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation class by class and image by image. */
@ExtendWith(NoLeaks.class)
class EvaluateDetailsTest {
    @TempDir
    Path folder;

    private Map<String, Object> json(String options) throws IOException {
        Path file = folder.resolve("results.json");
        assertThat(Cli.run("evaluate " + folder.resolve("run") + " --threads 1 --json " + file + " " + options).code())
                .isZero();
        return Json.parseObject(Files.readString(file), "results");
    }

    private static List<?> list(Map<String, Object> json, String key) {
        return (List<?>) Objects.requireNonNull(json.get(key));
    }

    private static double number(Object json, String key) {
        return ((Number) Objects.requireNonNull(((Map<?, ?>) json).get(key))).doubleValue();
    }

    @Test
    void tellsOfClassesAndImages() throws IOException {
        assertThat(Cli.run("train --quiet --model mlp --threads 1 --limit 400 --test-limit 200 --epochs 2 --output "
                + folder.resolve("run")).code()).isZero();
        Map<String, Object> json = json("--details --worst 7");
        double accuracy = number(json, "test_accuracy");
        assertThat(accuracy).isBetween(0.3, 0.999);
        long correct = 0;
        long all = 0;
        for (int actual = 0; actual < 10; actual++) {
            for (int predicted = 0; predicted < 10; predicted++) {
                long count = ((Number) ((List<?>) list(json, "confusion").get(actual)).get(predicted)).longValue();
                all += count;
                correct += actual == predicted ? count : 0;
            }
        }
        assertThat(all).isEqualTo(200);
        assertThat((double) correct / all).isCloseTo(accuracy, within(1e-9));
        assertThat(number(json, "top_5_accuracy")).isBetween(accuracy, 1.0);
        assertThat(list(json, "per_class")).hasSize(10);
        double f1 = list(json, "per_class").stream().mapToDouble(each -> number(each, "f1")).average().orElseThrow();
        assertThat(number(json, "mean_f1")).isCloseTo(f1, within(1e-12));
        List<?> worst = list(json, "worst");
        assertThat(worst).hasSize(7);
        for (int i = 0; i < 7; i++) {
            assertThat(number(worst.get(i), "probability"))
                    .isLessThanOrEqualTo(number(worst.get(Math.min(6, i + 1)), "probability"))
                    .isLessThanOrEqualTo(number(worst.get(i), "predicted_probability"));
            assertThat(String.valueOf(((Map<?, ?>) worst.get(i)).get("image"))).startsWith("digits test ");
        }
        Cli cli = Cli.run("evaluate " + folder.resolve("run") + " --threads 1 --details");
        assertThat(cli.line("mean")).contains("F1 ").contains("top-5 accuracy ");
        assertThat(cli.line("class ")).contains("\\ predicted");
        assertThat(cli.out()).contains("worst image").contains("digits test ");
        assertThat(json("")).doesNotContainKeys("confusion", "worst", "per_class");
        Cli alone = Cli.run("evaluate " + folder.resolve("run") + " --worst 3");
        assertThat(alone.code()).isEqualTo(2);
        assertThat(alone.err()).contains("--worst says how many images --details lists");
    }

    /** Images in files are named by them. */
    @Test
    void namesFiles() throws IOException {
        Path data = ColourFolders.write(folder.resolve("data"), 2);
        assertThat(Cli.run("train --quiet --model mlp --threads 1 --epochs 1 --image-size 12 --data " + data
                + " --output " + folder.resolve("run")).code()).isZero();
        assertThat(list(json("--details --worst 1"), "worst")).singleElement().asString()
                .contains(data.resolve("test").toString()).contains(".png");
    }
}
