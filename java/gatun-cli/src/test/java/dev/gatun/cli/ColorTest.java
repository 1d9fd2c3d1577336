package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Grey and coloured images in one run. */
@ExtendWith(NoLeaks.class)
class ColorTest {
    private static final int GREY = BufferedImage.TYPE_BYTE_GRAY;
    private static final int COLOUR = BufferedImage.TYPE_INT_RGB;

    @TempDir
    Path folder;

    /** Bright and dark images, each second one of another kind. */
    private Path images(String name, int even, int odd) throws IOException {
        Path data = folder.resolve(name);
        for (String split : new String[] {"train", "test"}) {
            for (int i = 0; i < 8; i++) {
                boolean bright = i % 4 < 2;
                BufferedImage image = new BufferedImage(12, 12, i % 2 == 0 ? even : odd);
                for (int x = 0; x < 12; x++) {
                    for (int y = 0; y < 12; y++) {
                        image.setRGB(x, y, bright ? 0xe0e0ff : 0x102010 + x);
                    }
                }
                Path file = data.resolve(split + (bright ? "/bright/" : "/dark/") + i + ".png");
                Files.createDirectories(file.getParent());
                ImageIO.write(image, "png", file.toFile());
            }
        }
        return data;
    }

    private Cli train(Path data, Path run, String more) {
        return Cli.run("train --model lenet --epochs 2 --batch-size 4 --threads 1 --data " + data + " --output " + run
                + " " + more);
    }

    @Test
    void aMixIsTrainedOnInColour() throws IOException {
        Path data = images("mixed", GREY, COLOUR);
        Path run = folder.resolve("run");
        Cli cli = train(data, run, "");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("data")).contains("images of 12x12, colour, 2 classes");
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("color", "auto");
        Cli measured = Cli.run("evaluate " + run + " --threads 1");
        assertThat(measured.code()).as(measured.err()).isZero();
    }

    @Test
    void greyIsRecordedAndTakenByEvaluationAndResume() throws IOException {
        Path data = images("mixed", COLOUR, GREY);
        Path run = folder.resolve("run");
        Cli cut = train(data, run, "--color grey --stop-after-steps 1");
        assertThat(cut.code()).as(cut.err()).isEqualTo(130);
        assertThat(cut.line("data")).contains("images of 12x12, grey, 2 classes");
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("color", "grey");
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", ""));
        Cli measured = Cli.run("evaluate " + run + " --threads 1");
        assertThat(measured.code()).as(measured.err()).isZero();
        Path copy = folder.resolve("lone");
        Files.move(run.resolve("checkpoints/step-00000004"), copy);
        assertThat(Cli.run("evaluate " + copy + " --threads 1 --data " + data).line("test"))
                .isEqualTo(measured.line("test")).isNotEmpty();
        Cli other = Cli.run("evaluate " + copy + " --threads 1 --color rgb --data " + data);
        assertThat(other.code()).isEqualTo(3);
        assertThat(other.err()).contains("images of 12x12x3").endsWith(", or --color grey\n").hasLineCount(1);
    }

    @Test
    void whatWasTrainedOnAsItIsRefusesTheOtherKindWithTheRemedy() throws IOException {
        Path run = folder.resolve("run");
        Cli cli = train(images("colour", COLOUR, COLOUR), run, "--stop-after-steps 1");
        assertThat(cli.code()).as(cli.err()).isEqualTo(130);
        Path grey = images("grey", GREY, GREY);
        Cli refused = Cli.run("evaluate " + run + " --threads 1 --data " + grey);
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).endsWith(", or --color rgb\n").hasLineCount(1);
        Cli cured = Cli.run("evaluate " + run + " --threads 1 --color rgb --data " + grey);
        assertThat(cured.code()).as(cured.err()).isZero();
    }
}
