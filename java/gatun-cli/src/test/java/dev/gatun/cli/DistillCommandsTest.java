package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.Sha256;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Students on the command line. */
@ExtendWith(NoLeaks.class)
class DistillCommandsTest {
    private static final String TEACHER = "train --quiet --model lenet --threads 1 --batch-size 32 --limit 64"
            + " --test-limit 20 --epochs 1";
    private static final String STUDENT = "train --quiet --model mlp --threads 1 --batch-size 32 --limit 96"
            + " --test-limit 20 --epochs 2";

    @TempDir
    static Path folder;

    private static Path teacher;
    private static Path weights;

    @BeforeAll
    static void trainTeacher() {
        teacher = folder.resolve("teacher");
        assertThat(Cli.run(TEACHER + " --output " + teacher).code()).isZero();
        weights = folder.resolve("teacher.safetensors");
        assertThat(Cli.run("export " + teacher + " --format safetensors --output " + weights).code()).isZero();
    }

    private static void student(String options, Path out) {
        Cli run = Cli.run(STUDENT + options + " --output " + out);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
    }

    private static Map<String, Object> config(Path run) throws IOException {
        return Json.parseObject(Files.readString(run.resolve("config.json")), "config.json");
    }

    private static byte[] model(Path run) throws IOException {
        return Files.readAllBytes(run.resolve("checkpoints/step-00000006/model.safetensors"));
    }

    @Test
    void aRunThatIsStoppedEndsWithTheSameWeights() throws IOException {
        String options = " --teacher " + teacher
                + " --distill labels:weight=0.1+kd:t=4:weight=1..0.5+hint:layers=relu2>relu3:weight=0.1";
        Path whole = folder.resolve("whole");
        student(options, whole);
        Path stopped = folder.resolve("stopped");
        Cli first = Cli.run(STUDENT + options + " --stop-after-steps 4 --output " + stopped);
        assertThat(first.code()).isEqualTo(130);
        assertThat(Cli.run("train --quiet --resume " + stopped).code()).isZero();
        assertThat(model(stopped)).isEqualTo(model(whole));
        assertThat(config(whole)).containsEntry("distill",
                "labels:weight=0.1+kd:t=4:weight=1..0.5+hint:layers=relu2>relu3:weight=0.1")
                .containsEntry("teacher", Map.of("path", teacher.resolve("checkpoints/step-00000002").toString(),
                        "model", "", "sha256",
                        Sha256.of(teacher.resolve("checkpoints/step-00000002/model.safetensors"))));
        Path alone = folder.resolve("alone");
        student("", alone);
        assertThat(model(alone)).hasSameSizeAs(model(whole)).isNotEqualTo(model(whole));
    }

    @Test
    void weightsOfAFileAreATeacher() throws IOException {
        Path copy = Files.copy(weights, folder.resolve("copy.safetensors"));
        Path byFile = folder.resolve("by-file");
        student(" --teacher lenet:" + copy, byFile);
        Path byRun = folder.resolve("by-run");
        student(" --teacher " + teacher + " --distill labels:weight=0.1+kd:t=4:weight=0.9", byRun);
        assertThat(config(byFile)).containsEntry("distill", "labels:weight=0.1+kd:t=4:weight=0.9")
                .containsEntry("teacher", Map.of("path", copy.toString(), "model", "lenet", "sha256", Sha256.of(copy)));
        String before = Sha256.of(copy);
        Path other = folder.resolve("other");
        assertThat(Cli.run(TEACHER + " --seed 2 --output " + other).code()).isZero();
        assertThat(Cli.run("export " + other + " --format safetensors --output " + folder.resolve("o.safetensors"))
                .code()).isZero();
        Files.move(folder.resolve("o.safetensors"), copy, StandardCopyOption.REPLACE_EXISTING);
        Cli resumed = Cli.run("train --quiet --resume " + byFile + " --epochs 3");
        assertThat(resumed.code()).isEqualTo(5);
        assertThat(resumed.err()).isEqualTo("gatun: the teacher " + copy + " is another than when the run began: its"
                + " SHA-256 is " + Sha256.of(copy) + ", but was " + before + "; put the same there, or start a new"
                + " run\n");
    }

    @Test
    void aNetworkLearnsFromItself() throws IOException {
        Path run = folder.resolve("itself");
        student(" --distill self:layers=relu1+mutual", run);
        assertThat(config(run)).doesNotContainKey("teacher");
        assertThat(Cli.run("evaluate " + run).code()).isZero();
        Path file = folder.resolve("itself.safetensors");
        Cli export = Cli.run("export " + run + " --format safetensors --output " + file);
        assertThat(export.line("weights")).startsWith("weights 6 tensors of ");
    }

    private static void refuse(String options, int code, String message) {
        Cli run = Cli.run(STUDENT + options + " --output " + folder.resolve("refused"));
        assertThat(run.err()).isEqualTo("gatun: " + message + "\n");
        assertThat(run.code()).isEqualTo(code);
        assertThat(folder.resolve("refused")).doesNotExist();
    }

    @Test
    void whatDoesNotFitIsRefusedInOneLine() {
        refuse(" --distill kd", 2, "--distill kd:t=4:weight=1 needs a teacher: add --teacher RUN");
        refuse(" --distill mutual --teacher " + teacher, 2, "--distill mutual:t=1:weight=1 learns from no teacher:"
                + " leave"
                + " out --teacher, or name a method such as kd:t=4");
        refuse(" --distill kdd --teacher " + teacher, 2, "invalid value for option --distill: there is no method"
                + " \"kdd\";"
                + " did you mean \"kd\"?; see gatun train --help");
        refuse(" --teacher " + folder.resolve("nowhere"), 5, "the teacher cannot be read: " + folder.resolve("nowhere")
                + ": no such folder; give the folder of a run or of one of its checkpoints");
        refuse(" --teacher " + weights, 2, "invalid value for option --teacher: '" + weights + "' is a file of weights,"
                + " which does not say its model: give it as resnet18:" + weights + "; see gatun train --help");
        refuse(" --distill hint:layers=relu22>relu3 --teacher " + teacher, 2, "--distill: distillation by hint: the"
                + " student has no layer \"relu22\"; did you mean \"relu2\"?");
    }
}
