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
        return new ImageFormat(new ImageSize(image.getHeight(), image.getWidth()),
                PixelBytes.channels(image.getColorModel()), tree.describe(file));
    }

    /** Whether an image is in colour, by its header. */
    boolean isColour(String file) {
        return PixelBytes.channels(read(file, reader -> reader.getImageTypes(0).next().getColorModel())) == 3;
    }

    /** Decodes one image to unsigned bytes {@code [height][width][channels]}; it must have the given size. */
    void decode(String file, ImageFormat format, byte[] pixels) {
        copy(file, load(file, format), format, pixels);
    }

    /** The same of an image of any size, resized. */
    void decode(String file, ImageFormat format, CentreResize resize, byte[] pixels) {
        BufferedImage image = load(file, null);
        byte[] whole = new byte[Math.multiplyExact(image.getHeight() * image.getWidth(), format.channels())];
        copy(file, image, format, whole);
        resize.apply(whole, new ImageSize(image.getHeight(), image.getWidth()), format.channels(), pixels);
    }

    private void copy(String file, BufferedImage image, ImageFormat format, byte[] pixels) {
        int channels = PixelBytes.channels(image.getColorModel());
        if (channels == format.channels()) {
            PixelBytes.copy(image, channels, pixels);
            return;
        }
        if (!format.accepts(channels)) {
            throw new DataException(tree.describe(file), "is in colour, but others, such as " + format.file()
                    + ", are grey", "say what all are read as: --color rgb or --color grey");
        }
        int count = image.getHeight() * image.getWidth();
        byte[] found = new byte[Math.multiplyExact(count, channels)];
        PixelBytes.copy(image, channels, found);
        PixelBytes.convert(found, channels, format.channels(), count, pixels);
    }

    private BufferedImage load(String file, @Nullable ImageFormat format) {
        return read(file, reader -> {
            checkSize(file, reader, format);
            return reader.read(0);
        });
    }

    /** What is read of an image by a reader that knows its format. */
    @FunctionalInterface
    private interface Reading<T> {
        T of(ImageReader reader) throws IOException;
    }

    private <T> T read(String file, Reading<T> reading) {
        byte[] bytes = tree.read(file);
        try (BytesImageInput input = new BytesImageInput(bytes)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
            if (!readers.hasNext()) {
                throw new DataException(tree.describe(file), "is no JPEG or PNG image", REPAIR);
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(input, true, true);
                return reading.of(reader);
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
            throw new DataException(tree.describe(file), "is " + new ImageSize(height, width) + ", but "
                    + format.file() + " is " + format.size(),
                    "convert all images to one size (or give one: --image-size)");
        }
    }
}
