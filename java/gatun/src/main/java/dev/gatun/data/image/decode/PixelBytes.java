package dev.gatun.data.image.decode;

/** Pixels as unsigned bytes, one grey value each or red, green, blue, as those of the other kind. */
public final class PixelBytes {
    private PixelBytes() {}

    /**
     * Makes grey pixels coloured, or coloured ones grey.
     *
     * @param count of pixels
     */
    public static void convert(byte[] from, int channels, int wanted, int count, byte[] pixels) {
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
}
