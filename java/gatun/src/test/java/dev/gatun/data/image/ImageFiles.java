package dev.gatun.data.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/** Writes image folders and archives of them. */
final class ImageFiles {
    static final int COLOUR = BufferedImage.TYPE_INT_RGB;
    static final int GREY = BufferedImage.TYPE_BYTE_GRAY;

    private ImageFiles() {}

    /** Two classes, cat and dog; two training images and one test image of each, as PNG of 2 x 3. */
    static void writeGood(Path root) throws IOException {
        int value = 10;
        for (String label : List.of("cat", "dog")) {
            for (String file : List.of("train/%s/a.png", "train/%s/b.PNG", "test/%s/c.png")) {
                writeImage(root.resolve(file.replace("%s", label)), COLOUR, 2, 3, value);
                value += 10;
            }
        }
    }

    /** Row y, column x of a colour image is (value, value + x, value + y); of a grey one value + x. */
    static void writeImage(Path file, int type, int height, int width, int value) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (type == GREY) {
                    image.getRaster().setSample(x, y, 0, value + x);
                } else {
                    image.setRGB(x, y, 0xFF << 24 | value << 16 | (value + x) << 8 | (value + y));
                }
            }
        }
        Files.createDirectories(file.getParent());
        String format = file.toString().endsWith("jpg") ? "jpg" : "png";
        if (!ImageIO.write(image, format, file.toFile())) {
            throw new IOException("no writer for " + file);
        }
    }

    /** Packs all that lies below a folder, each name behind the given prefix. */
    static void zip(Path root, String prefix, Path archive) throws IOException {
        try (OutputStream out = Files.newOutputStream(archive);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> files = Files.walk(root)) {
            files.filter(path -> !path.equals(root)).forEach(path -> add(zip, prefix + root.relativize(path), path));
        }
    }

    private static void add(ZipOutputStream zip, String name, Path path) {
        try {
            zip.putNextEntry(new ZipEntry(Files.isDirectory(path) ? name + "/" : name));
            if (Files.isRegularFile(path)) {
                Files.copy(path, zip);
            }
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
