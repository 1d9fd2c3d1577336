package dev.gatun.data.image;

import dev.gatun.data.DataException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/** Decodes the image files of a tree with ImageIO, after a look at their headers. Any number of threads. */
final class ImageDecoder {
    /** 64 million pixels: a larger header is a mistake or an attack, and would cost gigabytes to decode. */
    private static final long LARGEST_IMAGE = 64L << 20;

    private static final String REPAIR = "replace or remove it";

    private final FileTree tree;

    ImageDecoder(FileTree tree) {
        this.tree = tree;
    }

    /** Decodes one image to see its size and channels. */
    ImageFormat format(String file) {
        BufferedImage image = load(file, null);
        return new ImageFormat(
                new ImageSize(image.getHeight(), image.getWidth()), PixelBytes.channels(image), tree.describe(file));
    }

    /** Decodes one image to unsigned bytes {@code [height][width][channels]}; it must have the given format. */
    void decode(String file, ImageFormat format, byte[] pixels) {
        BufferedImage image = load(file, format);
        checkChannels(file, image, format);
        PixelBytes.copy(image, format.channels(), pixels);
    }

    /** The same of an image of any size, resized. */
    void decode(String file, ImageFormat format, CentreResize resize, byte[] pixels) {
        BufferedImage image = load(file, null);
        checkChannels(file, image, format);
        byte[] whole = new byte[Math.multiplyExact(image.getHeight() * image.getWidth(), format.channels())];
        PixelBytes.copy(image, format.channels(), whole);
        resize.apply(whole, new ImageSize(image.getHeight(), image.getWidth()), format.channels(), pixels);
    }

    private void checkChannels(String file, BufferedImage image, ImageFormat format) {
        int channels = PixelBytes.channels(image);
        if (channels != format.channels()) {
            throw differs(file, new ImageFormat(format.size(), channels, file), format);
        }
    }

    private BufferedImage load(String file, @Nullable ImageFormat format) {
        byte[] bytes = tree.read(file);
        try (BytesImageInput input = new BytesImageInput(bytes)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
            if (!readers.hasNext()) {
                throw new DataException(tree.describe(file), "is no JPEG or PNG image", REPAIR);
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(input, true, true);
                checkSize(file, reader, format);
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            // ImageIO's readers throw more than IOException at damaged files.
            throw new DataException(tree.describe(file), "cannot be decoded: " + e.getMessage(),
                    REPAIR + "; colour must be RGB or YCbCr, not CMYK", e);
        }
    }

    private void checkSize(String file, ImageReader reader, @Nullable ImageFormat format) throws IOException {
        int height = reader.getHeight(0);
        int width = reader.getWidth(0);
        if ((long) height * width > LARGEST_IMAGE) {
            throw new DataException(tree.describe(file), "has " + height + " x " + width
                    + " pixels, more than 64 million",
                    "scale the images down before training");
        }
        if (format != null && (height != format.size().height() || width != format.size().width())) {
            throw differs(file, new ImageFormat(new ImageSize(height, width), format.channels(), file), format);
        }
    }

    private DataException differs(String file, ImageFormat found, ImageFormat wanted) {
        return new DataException(tree.describe(file), "is " + found.text() + ", but " + wanted.file() + " is "
                + wanted.text(), "convert all images to one size (or give one: --image-size) and to either grey or"
                + " colour");
    }
}
