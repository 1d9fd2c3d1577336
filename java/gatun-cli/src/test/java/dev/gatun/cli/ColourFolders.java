package dev.gatun.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** Folders of images, each of one colour, its class: learnt in no time. 12x12 pixels, or of many sizes. */
final class ColourFolders {
    /** Classes in their order, with a red and a green of their own. */
    private static final Map<String, Integer> COLOURS = Map.of("blue", 0x2020e0, "green", 0x20e020, "red", 0xe02020);

    static final List<String> CLASSES = List.of("blue", "green", "red");

    private ColourFolders() {}

    /** Eight training and four test images of each class. */
    static Path write(Path folder) throws IOException {
        return write(folder, 0);
    }

    /** The same in sizes that differ by as much. */
    static Path write(Path folder, int spread) throws IOException {
        for (String name : CLASSES) {
            for (int i = 0; i < 8; i++) {
                image(folder.resolve("train/" + name + "/" + i + ".png"), name, i, 12 + i * spread);
            }
            for (int i = 0; i < 4; i++) {
                image(folder.resolve("test/" + name + "/" + i + ".png"), name, 9 + i, 12 + i * spread);
            }
        }
        return folder;
    }

    /** Writes an image, twelve pixels high. */
    static void image(Path file, String name, int shade, int width) throws IOException {
        BufferedImage image = new BufferedImage(width, 12, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < 12; y++) {
                image.setRGB(x, y, COLOURS.getOrDefault(name, 0) + shade + x % 3);
            }
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }
}
