package dev.gatun.fuzz;

import dev.gatun.data.image.decode.ImageException;
import dev.gatun.data.image.decode.ImageFile;
import dev.gatun.data.image.decode.ImageHeader;
import dev.gatun.data.image.decode.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Images of all formats: what is decoded has the size that its header has. */
public final class ImageTarget implements FuzzTarget {
    /** Larger ones are decoded too, but few a second. */
    private static final long MOST_PIXELS = 1 << 18;

    @Override
    public void read(byte[] input) throws IOException {
        ImageHeader header = ImageFile.header(input);
        if (header.pixels() > MOST_PIXELS) {
            return;
        }
        Pixels pixels = ImageFile.decode(input);
        Inputs.same(header.height() + "x" + header.width(), pixels.height() + "x" + pixels.width());
        Inputs.same(pixels.height() * pixels.width() * pixels.channels(), pixels.data().length);
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(ImageException.class);
    }

    /** A small image as a bitmap. */
    static byte[] bitmap() throws IOException {
        return encoded("bmp", BufferedImage.TYPE_INT_RGB);
    }

    private static byte[] encoded(String format, int type) throws IOException {
        BufferedImage image = new BufferedImage(9, 5, type);
        for (int i = 0; i < 45; i++) {
            image.setRGB(i % 9, i / 9, 0xFF000000 | 0x050A13 * i);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, bytes)) {
            throw new AssertionError("no writer of " + format);
        }
        return bytes.toByteArray();
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String format : List.of("bmp", "png", "gif", "jpg", "tiff")) {
            seeds.add(encoded(format, BufferedImage.TYPE_INT_RGB));
            seeds.add(encoded(format, BufferedImage.TYPE_BYTE_GRAY));
        }
        seeds.add(encoded("png", BufferedImage.TYPE_BYTE_INDEXED));
        seeds.add(encoded("png", BufferedImage.TYPE_USHORT_GRAY));
        return seeds;
    }
}
