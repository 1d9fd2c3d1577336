package dev.gatun.data.image.decode;

/** Up to 256 colours; what an index names beyond them is black, as Pillow has it. */
final class Palette {
    private final byte[] colours = new byte[3 * 256];
    private int size;

    /** Adds a colour; those beyond 256 are dropped. */
    void add(int red, int green, int blue) {
        if (size < 256) {
            colours[3 * size] = (byte) red;
            colours[3 * size + 1] = (byte) green;
            colours[3 * size + 2] = (byte) blue;
            size++;
        }
    }

    /** 1 where all colours are greys, else 3. */
    int channels() {
        for (int i = 0; i < 3 * size; i += 3) {
            if (colours[i] != colours[i + 1] || colours[i] != colours[i + 2]) {
                return 3;
            }
        }
        return 1;
    }

    /** Writes the colour of an index, of as many channels. */
    void put(int index, int channels, byte[] pixels, int at) {
        for (int c = 0; c < channels; c++) {
            pixels[at + c] = colours[3 * index + c];
        }
    }
}
