package dev.gatun.data.image.decode;

import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * Reads JPEG: the JDK's reader (libjpeg) decodes the samples, without a look at what they mean; what the markers say of
 * their colours is applied here, as libjpeg and Pillow do.
 */
final class JpegCodec implements ImageCodec {
    private static final String READER = "com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi";
    /** What libjpeg warns of and yet decodes in full. It has more warnings, all of missing or damaged pixels. */
    private static final List<String> HARMLESS = List.of("extraneous bytes before marker", "jfif", "adobe");

    /** A block of 8 x 8 samples takes at least a bit, and of the smallest component there may be 16 times fewer. */
    private static final long PIXELS_PER_BYTE = 8 * 64 * 16;

    @Override
    public ImageHeader header(byte[] file) throws ImageException {
        JpegFile jpeg = JpegFile.read(file);
        int channels = jpeg.components().size() == 1 ? 1 : 3;
        ImageHeader header = new ImageHeader(jpeg.height(), jpeg.width(), channels).check();
        if (header.pixels() / PIXELS_PER_BYTE > file.length) {
            throw header.moreThan(file.length);
        }
        return header;
    }

    @Override
    public Pixels decode(byte[] file) throws IOException {
        JpegFile jpeg = JpegFile.read(file);
        int count = jpeg.components().size();
        byte[] data = samples(jpeg);
        for (int c = 0; c < count; c++) {
            if (jpeg.halfRows(c)) {
                interpolateRows(data, jpeg, c);
            }
        }
        if (jpeg.isYcc()) {
            ColourSpaces.fromYcc(data, count);
        }
        if (count == 4) {
            // Adobe's applications store 255 as no ink, and everybody does as they do. YCCK is the YCbCr of what is
            // no ink there, and so of ink here.
            if (jpeg.isYcc()) {
                invertKey(data);
            } else {
                ColourSpaces.invert(data);
            }
            data = ColourSpaces.fromCmyk(data);
        }
        return new Pixels(jpeg.height(), jpeg.width(), count == 1 ? 1 : 3, data);
    }

    private static void invertKey(byte[] data) {
        for (int i = 3; i < data.length; i += 4) {
            data[i] = (byte) ~data[i];
        }
    }

    /** Decodes the components of a JPEG, interleaved, whatever they mean. */
    static byte[] samples(JpegFile jpeg) throws IOException {
        ImageReader reader = provider().createReaderInstance();
        Warnings warnings = new Warnings();
        try (BytesImageInput input = new BytesImageInput(jpeg.samples())) {
            reader.addIIOReadWarningListener(warnings);
            reader.setInput(input, true, true);
            Raster raster = reader.readRaster(0, null);
            if (warnings.first != null) {
                throw ImageException.damaged(warnings.first);
            }
            if (raster.getNumBands() != jpeg.components().size()
                    || !(raster.getDataElements(0, 0, jpeg.width(), jpeg.height(), null) instanceof byte[] bytes)) {
                throw ImageException.damaged("its components are not what its frame says");
            }
            return bytes;
        } finally {
            reader.dispose();
        }
    }

    /** The JDK's own reader, whatever else is installed. */
    private static ImageReaderSpi provider() {
        Iterator<ImageReaderSpi> found = IIORegistry.getDefaultInstance().getServiceProviders(
                ImageReaderSpi.class, spi -> spi.getClass().getName().equals(READER), false);
        if (!found.hasNext()) {
            throw new IllegalStateException("the JDK's reader of JPEG has been removed from ImageIO's registry");
        }
        return found.next();
    }

    private static final class Warnings implements IIOReadWarningListener {
        private @Nullable String first;

        @Override
        public void warningOccurred(ImageReader source, String warning) {
            String lower = warning.toLowerCase(Locale.ROOT);
            if (first == null && HARMLESS.stream().noneMatch(lower::contains)) {
                first = warning;
            }
        }
    }

    /**
     * Interpolates a component of half the rows, which the JDK's libjpeg repeats, as libjpeg-turbo does: three quarters
     * of the row it lies in, a quarter of the nearer one beside that.
     */
    private static void interpolateRows(byte[] data, JpegFile jpeg, int component) {
        int count = jpeg.components().size();
        int rows = (jpeg.height() + 1) / 2;
        int[] column = new int[rows];
        for (int x = 0; x < jpeg.width(); x++) {
            for (int k = 0; k < rows; k++) {
                column[k] = data[(2 * k * jpeg.width() + x) * count + component] & 0xFF;
            }
            for (int y = 0; y < jpeg.height(); y++) {
                int near = y / 2;
                int far = (y & 1) == 0 ? Math.max(near - 1, 0) : Math.min(near + 1, rows - 1);
                int rounding = 1 + (y & 1);
                data[(y * jpeg.width() + x) * count + component] =
                        (byte) ((3 * column[near] + column[far] + rounding) >> 2);
            }
        }
    }
}
