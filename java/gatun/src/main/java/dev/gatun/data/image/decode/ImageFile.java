package dev.gatun.data.image.decode;

import java.io.IOException;

/** Reads image files by their content, whatever they are called. Any number of threads. */
public final class ImageFile {
    /** Up to here a file may be as small as it likes: 1 million pixels are decoded in no time. */
    private static final long HARMLESS = 1L << 20;
    /** One bit each, compressed by deflate's 1032: no honest picture has more pixels in a byte. */
    private static final long PIXELS_PER_BYTE = 8 * 1032;

    private ImageFile() {}

    /**
     * Reads the header of an image, and checks that the file is whole where that shows without decoding it.
     *
     * @param file all of the file
     * @throws ImageException when it is no image of a known format, too large, cut short or damaged
     */
    public static ImageHeader header(byte[] file) throws ImageException {
        return guarded(file, codec -> bounded(codec.header(file), file));
    }

    /**
     * Decodes an image.
     *
     * @param file all of the file
     * @throws ImageException when it is no image of a known format, too large, cut short or damaged
     */
    public static Pixels decode(byte[] file) throws ImageException {
        return guarded(file, codec -> {
            bounded(codec.header(file), file);
            return codec.decode(file);
        });
    }

    @FunctionalInterface
    private interface Reading<T> {
        T with(ImageCodec codec) throws IOException;
    }

    private static <T> T guarded(byte[] file, Reading<T> reading) throws ImageException {
        ImageFormatName format = ImageFormatName.of(file);
        try {
            return reading.with(format.codec());
        } catch (ImageException e) {
            throw e;
        } catch (IndexOutOfBoundsException e) { // every decoder reads an array: what lies behind its end is missing
            throw caused(ImageException.cutShort(format.title()), e);
        } catch (OutOfMemoryError e) { // one large array: nothing else in the process lacks memory
            ImageException large = new ImageException("cannot be decoded: its pixels need more memory than the JVM's"
                    + " heap has left", "scale the image down, or give the JVM more with -Xmx");
            large.initCause(e);
            throw large;
        } catch (IOException | RuntimeException e) { // decoders throw much at damaged files
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw caused(ImageException.damaged(why), e);
        }
    }

    private static ImageException caused(ImageException e, Exception cause) {
        e.initCause(cause);
        return e;
    }

    private static ImageHeader bounded(ImageHeader header, byte[] file) throws ImageException {
        header.check();
        if (header.pixels() > HARMLESS && header.pixels() / file.length > PIXELS_PER_BYTE) {
            throw header.moreThan(file.length);
        }
        return header;
    }
}
