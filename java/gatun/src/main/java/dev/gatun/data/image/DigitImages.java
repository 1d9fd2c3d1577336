package dev.gatun.data.image;

import dev.gatun.data.ClassNames;
import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.digit.DigitPainter;
import java.util.List;

/** Digits that are drawn when they are read. Image {@code i} is a pure function of (seed, stream, i). */
public final class DigitImages implements ImageDataset {
    private static final List<String> NAMES = ClassNames.numbers(10);

    private final String name;
    private final int size;
    private final long seed;
    private final long stream;

    /** Creates a data set; different streams of one seed have no image in common. */
    public DigitImages(String name, int size, long seed, long stream) {
        this.name = name;
        this.size = size;
        this.seed = seed;
        this.stream = stream;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int classes() {
        return NAMES.size();
    }

    @Override
    public List<String> classNames() {
        return NAMES;
    }

    @Override
    public int channels() {
        return 1;
    }

    @Override
    public int height() {
        return DigitPainter.SIZE;
    }

    @Override
    public int width() {
        return DigitPainter.SIZE;
    }

    @Override
    public int label(int index) {
        return random(index).nextInt(NAMES.size());
    }

    @Override
    public void read(int index, byte[] pixels) {
        SeededRandom random = random(index);
        new DigitPainter(random).paint(random.nextInt(NAMES.size()), pixels);
    }

    private SeededRandom random(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("image " + index + " of " + size);
        }
        return new SeededRandom().seed(seed, stream, index);
    }

    @Override
    public void close() {}
}
