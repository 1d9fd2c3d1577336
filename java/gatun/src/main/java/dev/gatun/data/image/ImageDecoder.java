package dev.gatun.data.image;

import dev.gatun.data.DataException;
import dev.gatun.data.image.decode.ImageException;
import dev.gatun.data.image.decode.ImageFile;
import dev.gatun.data.image.decode.ImageHeader;
import dev.gatun.data.image.decode.PixelBytes;
import dev.gatun.data.image.decode.Pixels;

/** Decodes the image files of a tree to what a data set shares, naming those that do not fit. Any number of threads. */
final class ImageDecoder {
    /** What to do about images of many sizes. */
    static final String ONE_SIZE = "convert all images to one size (or give one: --image-size)";

    private final FileTree tree;

    ImageDecoder(FileTree tree) {
        this.tree = tree;
    }

    /** Reads the header of an image, and checks that it is whole as far as that shows without decoding it. */
    ImageHeader header(String file) {
        byte[] ends = tree.readEnds(file);
        if (ends != null) {
            try {
                return ImageFile.header(ends);
            } catch (ImageException e) {
                // a header longer than the piece that was read, or a mistake: all of the file tells
            }
        }
        try {
            return ImageFile.header(tree.read(file));
        } catch (ImageException e) {
            throw refused(file, e);
        }
    }

    /** Decodes one image to unsigned bytes {@code [height][width][channels]}; it must have the given size. */
    void decode(String file, ImageFormat format, byte[] pixels) {
        Pixels image = load(file);
        checkSize(file, new ImageSize(image.height(), image.width()), format);
        checkColour(file, image.channels(), format);
        PixelBytes.convert(image.data(), image.channels(), format.channels(), image.height() * image.width(), pixels);
    }

    /** The same of an image of any size, resized. */
    void decode(String file, ImageFormat format, CentreResize resize, byte[] pixels) {
        Pixels image = load(file);
        checkColour(file, image.channels(), format);
        byte[] whole = image.data();
        if (image.channels() != format.channels()) {
            int count = image.height() * image.width();
            whole = new byte[Math.multiplyExact(count, format.channels())];
            PixelBytes.convert(image.data(), image.channels(), format.channels(), count, whole);
        }
        resize.apply(whole, new ImageSize(image.height(), image.width()), format.channels(), pixels);
    }

    private Pixels load(String file) {
        try {
            return ImageFile.decode(tree.read(file));
        } catch (ImageException e) {
            throw refused(file, e);
        }
    }

    private DataException refused(String file, ImageException e) {
        return new DataException(tree.describe(file), String.valueOf(e.getMessage()), e.remedy(), e);
    }

    /** Refuses an image of another size than all have. */
    void checkSize(String file, ImageSize size, ImageFormat format) {
        if (!size.equals(format.size())) {
            throw new DataException(tree.describe(file),
                    "is " + size + ", but " + format.file() + " is " + format.size(),
                    ONE_SIZE);
        }
    }

    /** Refuses a coloured image among grey ones, unless that was wanted. */
    void checkColour(String file, int channels, ImageFormat format) {
        if (!format.accepts(channels)) {
            throw new DataException(tree.describe(file), "is in colour, but others, such as " + format.file()
                    + ", are grey", "say what all are read as: --color rgb or --color grey");
        }
    }
}
