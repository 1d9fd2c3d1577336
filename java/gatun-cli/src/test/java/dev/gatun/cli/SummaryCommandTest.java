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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
class SummaryCommandTest {
    @Test
    void listsParametersAndMemory() {
        Cli cli = Cli.run("summary --threads 1");
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).contains("lenet: images of 1x28x28 in 10 classes, batches of 64")
                .containsPattern("(?m)^conv1\\.weight +6x1x5x5 +150$").containsPattern("(?m)^conv1\\.bias +6 +6$")
                .containsPattern("(?m)^weights +\\S+ \\S+ +4\\.00 B$")
                .containsPattern("(?m)^exp_avg_sq +\\S+ \\S+ +4\\.00 B$")
                .containsPattern("(?m)^activations +\\d\\S* \\S+$");
        // 5*5*6+6 + 5*5*6*16+16 + (16*25+1)*120 + 121*84 + 85*10
        assertThat(cli.out()).containsPattern("(?m)^total +61,706$");
        assertThat(cli.line("total")).endsWith("16.00 B");
    }

    @Test
    void listsWhatEachLayerTakes() {
        Cli cli = Cli.run("summary resnet20 --image 3x32x32 --batch-size 1 --threads 1");
        assertThat(cli.code()).as(cli.err()).isZero();
        // 3*3*3*16 weights, each for 32x32 pixels; 16x32x32 results of 4 bytes
        assertThat(cli.out()).containsPattern("(?m)^conv1 +convolution +16x32x32 +432 +442,368 +64\\.0 KiB$")
                .containsPattern("(?m)^layer1\\.0\\.bn1 +\\S+ +16x32x32 +32 +0 +80\\.1 KiB$")
                .containsPattern("(?m)^fc +linear +10 +650 +640 +40 B$")
                .containsPattern("(?m)^all layers +272,474 +40,813,184 ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            unet --batch-size 2           | unet: images of 3x32x32, each pixel in 10 classes | inc.0 +convolution +64x32x32 +1,728
            style-transfer --batch-size 2 | style_transfer: images of 3x32x32                 | conv1.conv2d +convolution +32x32x32 +7,808
            charlstm --text 20x30         | char_lstm: texts of 20 characters, each one of 30 | embedding.* +20x128 +3,840
            """)
    void networksForOtherTasksHaveALineForEachLayer(String model, String input, String layer) {
        Cli cli = Cli.run("summary --threads 1 " + model);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.out()).contains(input + ", batches of ").containsPattern("(?m)^" + layer + " ")
                .containsPattern("(?m)^exp_avg_sq +");
    }

    @ParameterizedTest
    @CsvSource({"sgd, 8.00", "momentum, 12.00", "adamw, 16.00", "lion, 12.00", "rprop, 16.00",
        "adamw --states eight_bit, 10.03", "lion --states eight_bit, 9.02",
        "adamw --weight-storage f32_and_bf16, 18.00", "adamw --ema 0.9, 20.00"})
    void countsBytesPerParameter(String optimizer, String bytes) {
        Cli cli = Cli.run("summary --model resnet18 --batch-size 1 --threads 1 --optimizer " + optimizer);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("total")).endsWith(" " + bytes + " B");
    }

    @Test
    void writesWhatItFound(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("summary.json");
        Cli cli = Cli.run(
                "summary --model mlp --image 3x16x16 --classes 7 --batch-size 2 --threads 1 --states eight_bit --json "
                + file);
        assertThat(cli.code()).as(cli.err()).isZero();
        Map<String, Object> json = Json.parseObject(Files.readString(file), "test");
        assertThat(json).containsEntry("model", "mlp").containsEntry("batch_size", 2L)
                .containsEntry("states", "eight_bit");
        List<?> memory = (List<?>) Objects.requireNonNull(json.get("memory"));
        assertThat(memory.stream().map(use -> String.valueOf(((Map<?, ?>) use).get("what"))))
                .containsExactly("weights", "gradients", "exp_avg", "exp_avg_sq", "buffers", "activations",
                "workspace");
        long sum = 0;
        for (Object use : memory) {
            sum += (Long) Objects.requireNonNull(((Map<?, ?>) use).get("bytes"));
        }
        assertThat(json).containsEntry("bytes", sum);
        assertThat((Double) Objects.requireNonNull(json.get("bytes_per_parameter")))
                .isCloseTo(10 + 2 * 4 / 256.0, within(0.01));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            summary --model lenett                          | did you mean lenet?
            summary --optimizer sgd --states eight_bit      | sgd has no states in 8 bits, only adam, adamw and lion have
            summary --weight-storage bf16                   | programs read weights in f32, not in bf16
            summary --image 28x28                           | '28x28' is no shape of an image; write it as 3x32x32
            summary --image 1x4x4                           | --image: lenet needs images of at least 12x12, got 4x4
            summary unet --image 3x24x32                    | --image: unet needs images (N, C, H, W) with heights and widths that
            summary char-lstm --image 3x32x32               | --image does not go with --model char_lstm, which reads texts: leave it out
            summary char-lstm --classes 5                   | --classes does not go with --model char_lstm, which tells the characters of
            summary style-transfer --classes 5              | --classes does not go with --model style_transfer, which has no classes
            summary unet --stem small                       | --stem does not go with --model unet, which begins in one way only
            summary lenet --text 5x5                        | --text does not go with --model lenet, which reads images: leave it out
            summary char-lstm --text 50                     | '50' is no shape of a text; write it as 50x128
            summary --classes 0                             | --classes must be at least 1, got 0
            summary --states 4bit                           | '4bit' is none of f32, eight_bit
            train --optimizer sgd --states eight_bit        | --states: sgd has no states in 8 bits
            train --clip-norm 1 --clip-ratio 0.1            | do not go together: choose one
            train --clip-tensor-norm 0                      | --clip-tensor-norm must be a number above 0, got 0.0
            """)
    void saysInOneLineWhatIsWrong(String line, String message) {
        Cli cli = Cli.run(line);
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.err()).startsWith("gatun: ").contains(message).hasLineCount(1);
        assertThat(cli.out()).isEmpty();
    }
}
