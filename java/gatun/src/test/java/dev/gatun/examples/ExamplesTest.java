package dev.gatun.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.SourceProgram;
import dev.gatun.memory.NoLeaks;
import dev.gatun.train.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the examples learn. */
@ExtendWith(NoLeaks.class)
class ExamplesTest {
    @Test
    void theReadmeShowsTheLoopAsItIs() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/gatun/examples/HandWrittenLoop.java"));
        assertThat(SourceProgram.inReadme("Your own loop", "HandWrittenLoop").text())
                .isEqualTo(source.replace("package dev.gatun.examples;\n\n", "").strip());
    }

    @Test
    void eachHasFewerThanSixtyLines() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/java/dev/gatun/examples"))) {
            for (Path file : files.filter(each -> !each.endsWith("ExamplesTest.java")).toList()) {
                assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThan(60);
            }
        }
    }

    @Test
    void theLoopWrittenByHandTellsTheSpiralsApart() {
        assertThat(HandWrittenLoop.run()).isLessThan(0.1f); // it begins at log 2
    }

    /** With fewer steps, which the reference takes in its time. */
    @ParameterizedTest
    @MethodSource("dev.gatun.backend.TestDevices#besidesTheCpu")
    void theLoopWrittenByHandLearnsOnOtherDevices(String backend, @TempDir Path classes) throws Exception {
        String source = Files.readString(Path.of("src/test/java/dev/gatun/examples/HandWrittenLoop.java"));
        SourceProgram elsewhere = new SourceProgram("HandWrittenLoop", source
                .replace("package dev.gatun.examples;\n\n", "")
                .replace("open(\"cpu\"", "open(\"" + backend + "\"").replace("STEPS = 400", "STEPS = 40"));
        assertThat(elsewhere.text()).contains("open(\"" + backend + "\"").contains("STEPS = 40;");
        assertThat((Float) elsewhere.call(classes, "run")).isLessThan(0.68f); // it begins at log 2, which is 0.693
    }

    @Test
    void theWaveOfTwoInputsIsFound() {
        Evaluation found = TwoInputs.run();
        assertThat(found.examples()).isEqualTo(300);
        assertThat(found.metric("mae")).isLessThan(0.1); // a guess of 0 is off by 0.6
        assertThat(found.loss()).isLessThan(0.02);
    }

    @Test
    void theGeneratorFindsTheDistribution() {
        float[] numbers = AdversarialPair.run();
        double sum = 0;
        double squares = 0;
        for (float number : numbers) {
            sum += number;
            squares += (double) number * number;
        }
        double mean = sum / numbers.length;
        assertThat(mean).isBetween(AdversarialPair.MEAN - 0.4, AdversarialPair.MEAN + 0.4); // it begins near 0
        assertThat(Math.sqrt(squares / numbers.length - mean * mean)).isBetween(0.2, 0.9);
    }

    @Test
    void theNewHeadLearnsFromTheFrozenBody(@TempDir Path folder) {
        assertThat(FineTuning.run(folder)).isGreaterThan(0.85); // a coin is right in half of the cases
    }

    @Test
    void theLayerAndTheLossOfOnesOwnLearnTheParabola() {
        float[] guess = OwnLayerAndLoss.run();
        // the mean of all points would be near 2.3
        assertThat(guess[OwnLayerAndLoss.POINTS / 2]).isBetween(-0.1f, 0.1f);
        assertThat(guess[3 * OwnLayerAndLoss.POINTS / 4]).isBetween(0.15f, 0.35f);
        assertThat(guess[OwnLayerAndLoss.POINTS - 1]).isBetween(0.85f, 1.15f);
    }

    @Test
    void theUNetTellsDiscsAndSquaresFromTheGround() {
        assertThat(Segmentation.run().loss()).isLessThan(0.4); // by how often each occurs, 0.8
    }

    @Test
    void theGeneratorTurnsColours() {
        float[] losses = ImageToImage.run();
        assertThat(losses[1]).isLessThan(losses[0] / 10);
    }

    @Test
    void theCharacterModelGuessesTheNextCharacter() throws IOException {
        Evaluation found = CharacterModel.run(Path.of("../../LICENSE"));
        assertThat(found.loss()).isLessThan(2.1); // by how often each occurs, 3.1; a guess among 128, 4.9
    }

    @Test
    void theStudentAnswersAsTheTeacherDoes() {
        float[] errors = TeacherAndStudent.run();
        assertThat(errors[1]).isLessThan(errors[0] / 5);
    }
}
