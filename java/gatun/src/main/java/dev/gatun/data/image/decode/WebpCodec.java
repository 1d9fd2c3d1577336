package dev.gatun.data.image.decode;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.vp8.VP8Frame;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageReader;

/** Reads the first image of a WebP with TwelveMonkeys' decoders; colours of lossy ones are interpolated as libwebp does. */
final class WebpCodec implements ImageCodec {
    private static final WebPImageReaderSpi PROVIDER = new WebPImageReaderSpi();
    private static final int BLOCK = 16;

    @Override
    public ImageHeader header(byte[] file) throws ImageException {
        WebpFile webp = WebpFile.read(file);
        return new ImageHeader(webp.height(), webp.width(), 3);
    }

    @Override
    public Pixels decode(byte[] file) throws IOException {
        WebpFile webp = WebpFile.read(file);
        byte[] data = Arrays.copyOfRange(file, webp.from(), webp.from() + webp.length());
        Pixels image = webp.lossless() ? lossless(data) : lossy(data);
        if (image.height() == webp.height() && image.width() == webp.width()) {
            return image;
        }
        Pixels canvas = Pixels.empty(new ImageHeader(webp.height(), webp.width(), 3));
        for (int y = 0; y < image.height(); y++) {
            System.arraycopy(image.data(), 3 * y * image.width(), canvas.data(),
                    3 * ((webp.top() + y) * webp.width() + webp.left()), 3 * image.width());
        }
        return canvas;
    }

    /** The image alone, as a file of its own: without the profile that the reader would apply. */
    private static Pixels lossless(byte[] data) throws IOException {
        int padded = data.length + (data.length & 1);
        ByteBuffer alone = ByteBuffer.allocate(20 + padded).order(ByteOrder.LITTLE_ENDIAN);
        alone.put("RIFF".getBytes(StandardCharsets.ISO_8859_1)).putInt(12 + padded);
        alone.put("WEBPVP8L".getBytes(StandardCharsets.ISO_8859_1)).putInt(data.length).put(data);
        ImageReader reader = PROVIDER.createReaderInstance(null);
        try (BytesImageInput input = new BytesImageInput(alone.array())) {
            reader.setInput(input, true, true);
            Raster raster = reader.read(0).getRaster();
            int height = raster.getHeight();
            int width = raster.getWidth();
            Pixels pixels = Pixels.empty(new ImageHeader(height, width, 3));
            int bands = raster.getNumBands();
            int[] row = new int[width * bands];
            for (int y = 0; y < height; y++) {
                raster.getPixels(0, y, width, 1, row);
                for (int x = 0; x < width; x++) {
                    for (int c = 0; c < 3; c++) {
                        pixels.data()[(y * width + x) * 3 + c] = (byte) row[x * bands + c];
                    }
                }
            }
            return pixels;
        } finally {
            reader.dispose();
        }
    }

    /**
     * Takes the planes of brightness and colours that are decoded, as the reader's own picture repeats colours, where
     * libwebp interpolates them. The frame is told to be of whole blocks, so that the planes are whole, too: that
     * changes nothing of what is decoded.
     */
    private static Pixels lossy(byte[] data) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        int width = header.getShort(6) & 0x3FFF;
        int height = header.getShort(8) & 0x3FFF;
        int wide = (width + BLOCK - 1) / BLOCK * BLOCK;
        int high = (height + BLOCK - 1) / BLOCK * BLOCK;
        header.putShort(6, (short) wide).putShort(8, (short) high);
        try (BytesImageInput input = new BytesImageInput(data)) {
            input.setByteOrder(ByteOrder.LITTLE_ENDIAN);
            VP8Frame frame = new VP8Frame(input, false);
            BufferedImage ignored = new BufferedImage(wide, high, BufferedImage.TYPE_3BYTE_BGR);
            if (!frame.decode(ignored.getRaster(), null)) {
                throw ImageException.damaged("the WebP has no key frame");
            }
            int[] y = plane(frame.getDebugImageYBuffer(), 1);
            int[] u = plane(frame.getDebugImageUBuffer(), 2);
            int[] v = plane(frame.getDebugImageVBuffer(), 2);
            Pixels pixels = Pixels.empty(new ImageHeader(height, width, 3));
            new WebpColours(y, u, v, wide).write(pixels);
            return pixels;
        }
    }

    /** Every sample, or of a plane that is drawn larger each that is not a repetition. */
    private static int[] plane(BufferedImage image, int step) {
        int width = image.getWidth();
        int[] plane = new int[width / step * (image.getHeight() / step)];
        int[] row = new int[width];
        int to = 0;
        for (int y = 0; y < image.getHeight(); y += step) {
            image.getRaster().getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x += step) {
                plane[to++] = row[x];
            }
        }
        return plane;
    }
}
