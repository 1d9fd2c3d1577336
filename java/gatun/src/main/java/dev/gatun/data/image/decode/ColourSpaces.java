package dev.gatun.data.image.decode;

/** Other colours as red, green and blue, in the arithmetic of libjpeg and Pillow. */
final class ColourSpaces {
    private ColourSpaces() {}

    /** YCbCr of JFIF (ITU-R BT.601, full range) in 16 bits behind the point, in place; the pixel has step bytes. */
    static void fromYcc(byte[] data, int step) {
        for (int i = 0; i + 2 < data.length; i += step) {
            int y = data[i] & 0xFF;
            int cb = (data[i + 1] & 0xFF) - 128;
            int cr = (data[i + 2] & 0xFF) - 128;
            data[i] = clip(y + ((91881 * cr + 32768) >> 16));
            data[i + 1] = clip(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
            data[i + 2] = clip(y + ((116130 * cb + 32768) >> 16));
        }
    }

    private static byte clip(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }

    /** Inverts all samples. */
    static void invert(byte[] data) {
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) ~data[i];
        }
    }

    /** CMYK, 255 full ink, as red, green and blue: (255 - ink) (255 - black) / 255, rounded. */
    static byte[] fromCmyk(byte[] cmyk) {
        byte[] rgb = new byte[cmyk.length / 4 * 3];
        for (int i = 0, to = 0; to < rgb.length; i += 4) {
            int white = 255 - (cmyk[i + 3] & 0xFF);
            for (int c = 0; c < 3; c++) {
                int scaled = (cmyk[i + c] & 0xFF) * white + 128;
                rgb[to++] = clip(white - (((scaled >> 8) + scaled) >> 8));
            }
        }
        return rgb;
    }
}
