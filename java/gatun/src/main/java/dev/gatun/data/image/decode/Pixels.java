package dev.gatun.data.image.decode;

/**
 * A decoded image.
 *
 * @param data unsigned bytes {@code [height][width][channels]}: grey, or red, green, blue
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Pixels(int height, int width, int channels, byte[] data) {
    static Pixels empty(ImageHeader header) {
        return new Pixels(header.height(), header.width(), header.channels(),
                new byte[Math.toIntExact(header.pixels() * header.channels())]);
    }
}
