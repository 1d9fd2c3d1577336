package dev.gatun.data.image.disturbance;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.WrappedImages;

/** Images with bell-shaped noise on every pixel, the same each time an image is read. */
final class NoisyPixels extends WrappedImages {
    /** Keeps these numbers apart from others that are drawn from the same seed. */
    private static final long STREAM = 0x504958454C533131L;

    private final double deviation;
    private final long seed;

    /** The deviation is a share of the whole range from black to white. */
    NoisyPixels(ImageDataset source, double deviation, long seed) {
        super(source);
        this.deviation = deviation;
        this.seed = seed;
    }

    @Override
    public void read(int index, byte[] pixels) {
        source.read(index, pixels);
        SeededRandom random = new SeededRandom().seed(seed, STREAM, index);
        for (int i = 0; i < imageBytes(); i++) {
            long value = Math.round((pixels[i] & 0xFF) + 255 * deviation * random.bell());
            pixels[i] = (byte) Math.clamp(value, 0, 255);
        }
    }
}
