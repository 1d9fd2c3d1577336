package dev.gatun.data.image.disturbance;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.WrappedImages;

/** Images of which some, decided by the seed, bear the label of another class; every other class is equally likely. */
final class NoisyLabels extends WrappedImages {
    /** Keeps these numbers apart from others that are drawn from the same seed. */
    private static final long STREAM = 0x4C4142454C533131L;

    private final double rate;
    private final long seed;

    NoisyLabels(ImageDataset source, double rate, long seed) {
        super(source);
        this.rate = rate;
        this.seed = seed;
    }

    @Override
    public int label(int index) {
        int label = source.label(index);
        SeededRandom random = new SeededRandom().seed(seed, STREAM, index);
        if (classes() == 1 || random.nextDouble() >= rate) {
            return label;
        }
        return (label + 1 + random.nextInt(classes() - 1)) % classes();
    }
}
