package dev.gatun.data.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/** The pixels of a decoded image as unsigned bytes: one grey value each, or red, green, blue, without transparency. */
final class PixelBytes {
    private PixelBytes() {}

    /** 1 or 3, by an image's colour model; a palette of greys counts as grey. */
    static int channels(ColorModel model) {
        if (model instanceof IndexColorModel palette) {
            return isGrey(palette) ? 1 : 3;
        }
        return model.getColorSpace().getType() == ColorSpace.TYPE_GRAY ? 1 : 3;
    }

    private static boolean isGrey(IndexColorModel palette) {
        for (int i = 0; i < palette.getMapSize(); i++) {
            if (palette.getRed(i) != palette.getGreen(i) || palette.getRed(i) != palette.getBlue(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes grey pixels coloured, or coloured ones grey.
     *
     * @param count of pixels
     */
    static void convert(byte[] from, int channels, int wanted, int count, byte[] pixels) {
        if (channels == wanted) {
            System.arraycopy(from, 0, pixels, 0, count * channels);
        } else if (channels == 1) {
            for (int i = 0; i < count; i++) {
                pixels[3 * i] = from[i];
                pixels[3 * i + 1] = from[i];
                pixels[3 * i + 2] = from[i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                pixels[i] = luma(from[3 * i] & 0xFF, from[3 * i + 1] & 0xFF, from[3 * i + 2] & 0xFF);
            }
        }
    }

    /** 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601) in 16 bits behind the point, as Pillow has it. */
    private static byte luma(int red, int green, int blue) {
        return (byte) ((19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16);
    }

    static void copy(BufferedImage image, int channels, byte[] pixels) {
        if (channels == 1) {
            copyGrey(image, pixels);
        } else if (image.getType() == BufferedImage.TYPE_3BYTE_BGR
                && image.getRaster().getDataBuffer() instanceof DataBufferByte buffer
                && image.getSampleModel() instanceof PixelInterleavedSampleModel model
                && model.getScanlineStride() == 3 * image.getWidth()
                && buffer.getOffset() == 0) {
            copyBgr(buffer.getData(), 3 * image.getWidth() * image.getHeight(), pixels);
        } else {
            copyColour(image, pixels);
        }
    }

    /** The samples themselves: getRGB would turn linear grey into sRGB, which brightens it. */
    private static void copyGrey(BufferedImage image, byte[] pixels) {
        Raster raster = image.getRaster();
        int width = image.getWidth();
        int height = image.getHeight();
        int[] row = new int[width];
        int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
        for (int y = 0; y < height; y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                int value = image.getColorModel() instanceof IndexColorModel palette
                        ? palette.getRed(row[x])
                        : row[x] >>> shift;
                pixels[y * width + x] = (byte) value;
            }
        }
    }

    private static void copyBgr(byte[] bgr, int length, byte[] pixels) {
        for (int i = 0; i < length; i += 3) {
            pixels[i] = bgr[i + 2];
            pixels[i + 1] = bgr[i + 1];
            pixels[i + 2] = bgr[i];
        }
    }

    private static void copyColour(BufferedImage image, byte[] pixels) {
        int width = image.getWidth();
        int[] row = new int[width];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * 3;
                pixels[at] = (byte) (row[x] >>> 16);
                pixels[at + 1] = (byte) (row[x] >>> 8);
                pixels[at + 2] = (byte) row[x];
            }
        }
    }
}
