package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.SafetensorsFile;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How a run's weights begin, and the size of its images. */
@ExtendWith(NoLeaks.class)
class StartAndSizeTest {
    @TempDir
    Path folder;

    private static float[] tensor(Path run, String name) {
        try (SafetensorsFile file = SafetensorsFile.open(
                run.resolve("checkpoints/step-00000001/model.safetensors"))) {
            float[] values = new float[(int) file.shape(name).elements()];
            file.readFloats(name, 0, MemorySegment.ofArray(values));
            return values;
        }
    }

    /** A learning rate that moves nothing shows the beginning in the first checkpoint. */
    @Test
    void theBeginningIsRecordedAndKeptByAResume() throws IOException {
        Path run = folder.resolve("run");
        String data = TinyImages.write(folder.resolve("data")).toString();
        Cli cut = Cli.run("train --model resnet20 --epochs 1 --batch-size 32 --threads 2 --lr 1e-30 --weight-decay 0"
                + " --init constant:value=0.5 --zero-last-gamma --stop-after-steps 1 --data " + data
                + " --output " + run);
        assertThat(cut.code()).as(cut.err()).isEqualTo(130);
        assertThat(cut.line("init")).isEqualTo("init    constant:value=0.5, last scale of each residual zero");
        assertThat(tensor(run, "layer2.0.conv1.weight")).containsOnly(0.5f);
        for (float scale : tensor(run, "layer2.0.bn2.weight")) {
            assertThat(Math.abs(scale)).isLessThan(1e-20f); // it moved by the learning rate
        }
        assertThat(tensor(run, "layer2.0.bn1.weight")).containsOnly(1);
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("init", "constant:value=0.5")
                .containsEntry("last_gamma", "zero");
        assertThat(Cli.run("train --quiet --resume " + run)).isEqualTo(new Cli(0, "", ""));
    }

    private void photographs(Path path) throws IOException {
        for (String split : new String[] {"train", "test"}) {
            for (int i = 0; i < 8; i++) {
                BufferedImage image = new BufferedImage(20 + i, 35 - i, BufferedImage.TYPE_INT_RGB);
                for (int x = 0; x < image.getWidth(); x++) {
                    for (int y = 0; y < image.getHeight(); y++) {
                        image.setRGB(x, y, i % 2 == 0 ? 0xff0000 + x : 0x00ff00 + y);
                    }
                }
                Path file = path.resolve(split + (i % 2 == 0 ? "/red/" : "/green/") + i + ".png");
                Files.createDirectories(file.getParent());
                ImageIO.write(image, "png", file.toFile());
            }
        }
    }

    @Test
    void photographsOfManySizesAreTrainedOnAndMeasured() throws IOException {
        Path data = folder.resolve("photographs");
        photographs(data);
        Path run = folder.resolve("run");
        String train = "train --model lenet --epochs 3 --batch-size 4 --threads 2 --data " + data + " --output " + run;
        Cli refused = Cli.run(train);
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).contains("convert all images to one size (or give one: --image-size)")
                .hasLineCount(1);
        Cli cli = Cli.run(train + " --image-size 24");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("data")).contains("images of 24x24, colour, 2 classes");
        assertThat(Json.readObject(run.resolve("config.json"))).containsEntry("image_size", 24L);
        Cli measured = Cli.run("evaluate " + run + " --threads 2");
        assertThat(measured.code()).as(measured.err()).isZero();
        Path copy = folder.resolve("lone");
        Files.move(run.resolve("checkpoints/step-00000006"), copy);
        Cli other = Cli.run("evaluate " + copy + " --threads 2 --data " + data + " --image-size 20");
        assertThat(other.code()).isEqualTo(3);
        assertThat(other.err()).contains("or --image-size 24").hasLineCount(1);
        assertThat(Cli.run("evaluate " + copy + " --threads 2 --data " + data).line("test"))
                .isEqualTo(measured.line("test")).isNotEmpty();
    }

    @Test
    void theSmallStemIsChosenBelow64PixelsAndSaid() throws IOException {
        Path data = folder.resolve("photographs");
        photographs(data);
        String train = "train --model mobilenetv2 --epochs 1 --batch-size 4 --threads 2 --stop-after-steps 1 --data "
                + data;
        Cli small = Cli.run(train + " --image-size 16 --output " + folder.resolve("small"));
        assertThat(small.line("stem")).isEqualTo("stem    small, as images are smaller than 64x64");
        Cli large = Cli.run(train + " --image-size 64 --output " + folder.resolve("large"));
        assertThat(large.line("stem")).isEqualTo("stem    standard");
        assertThat(large.line("model")).startsWith("model   mobilenet_v2: ");
    }

    @Test
    void warnsOfWeightsThatLearnTheSame() {
        Cli cli = Cli.run("train --model mlp --limit 64 --epochs 1 --init constant:value=0.1 --output "
                + folder.resolve("constant"));
        assertThat(cli.code()).isZero();
        assertThat(cli.err()).contains("--init constant:value=0.1 gives all units of a layer the same weights")
                .hasLineCount(1);
    }

    @Test
    void aBatchIsAllImagesWhereThereAreFewer() throws IOException {
        Path run = folder.resolve("few");
        Cli cli = Cli.run("train --model mlp --limit 10 --epochs 2 --output " + run);
        assertThat(cli.code()).isZero();
        assertThat(cli.err()).isEqualTo("gatun: --batch-size 64 is more than the 10 training images: a batch is all 10"
                + System.lineSeparator());
        assertThat(Files.readString(run.resolve("config.json"))).contains("\"batch_size\": 10,");
        assertThat(run.resolve("checkpoints/step-00000002")).isDirectory();
    }
}
