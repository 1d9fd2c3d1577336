package dev.gatun.data.image;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.pixel.PixelBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Augments and normalises one image. Where all augmentations only move pixels this is a single pass: they are first
 * composed into one placement (an origin, a direction, a rectangle of valid source pixels), which is then read through
 * a table of normalised values. Otherwise one is applied after the other. Each thread needs its own transform, as it
 * holds scratch memory.
 */
public final class ImageTransform {
    private final List<Augmentation> augmentations;
    private final ImageSize input;
    private final ImageSize output;
    private final int channels;
    private final float[] table;
    private final @Nullable PixelBuffer buffer;

    // The placement: output row y shows source row top + y, and column x shows left + step * x, black where that lies
    // outside the rectangle [firstRow, endRow) x [firstColumn, endColumn).
    private int top;
    private int left;
    private int step;
    private int firstRow;
    private int endRow;
    private int firstColumn;
    private int endColumn;

    /**
     * Creates a transform of images of one size.
     *
     * @throws IllegalArgumentException when the augmentations do not fit the size
     */
    public ImageTransform(ImageSize input, Normalization normalization, List<Augmentation> augmentations) {
        this.augmentations = augmentations;
        this.input = input;
        this.output = Augmentation.resize(augmentations, input);
        this.channels = normalization.channels();
        this.table = normalization.table();
        this.buffer = augmentations.stream().anyMatch(Augmentation.Pixels.class::isInstance)
                ? new PixelBuffer(channels) : null;
    }

    /** Returns the size of the result. */
    public ImageSize output() {
        return output;
    }

    /** Writes the result, {@code [height][width][channels]}, to an array from {@code offset} on. */
    public void apply(byte[] pixels, SeededRandom random, float[] result, int offset) {
        if (buffer != null) {
            oneAfterTheOther(buffer.load(pixels, input.height(), input.width()), random);
            buffer.normalize(table, result, offset);
            return;
        }
        place(random);
        int rowLength = output.width() * channels;
        for (int y = 0; y < output.height(); y++) {
            int row = top + y;
            int at = offset + y * rowLength;
            if (row < firstRow || row >= endRow) {
                black(result, at, at + rowLength);
            } else {
                row(pixels, row, result, at);
            }
        }
    }

    private void oneAfterTheOther(PixelBuffer image, SeededRandom random) {
        for (int i = 0; i < augmentations.size(); i++) {
            switch (augmentations.get(i)) {
                case Augmentation.Pad pad -> image.pad(pad.pixels());
                case Augmentation.RandomCrop crop -> image.crop(random.nextInt(image.height() - crop.height() + 1),
                        random.nextInt(image.width() - crop.width() + 1), crop.height(), crop.width());
                case Augmentation.RandomHorizontalFlip flip -> {
                    if (random.nextDouble() < flip.probability()) {
                        image.flipHorizontally();
                    }
                }
                case Augmentation.Pixels change -> change.apply(image, random);
            }
        }
    }

    private void row(byte[] pixels, int row, float[] result, int at) {
        int width = output.width();
        int from = step > 0 ? firstColumn - left : left - endColumn + 1;
        int to = step > 0 ? endColumn - left : left - firstColumn + 1;
        from = Math.clamp(from, 0, width);
        to = Math.clamp(to, from, width);
        black(result, at, at + from * channels);
        int source = (row * input.width() + left + step * from) * channels;
        int target = at + from * channels;
        if (channels == 1) {
            for (int x = from; x < to; x++, source += step) {
                result[target++] = table[pixels[source] & 0xFF];
            }
        } else if (channels == 3) { // written out: 1.7 times as fast as the general loop
            for (int x = from; x < to; x++, source += step * 3, target += 3) {
                result[target] = table[pixels[source] & 0xFF];
                result[target + 1] = table[256 + (pixels[source + 1] & 0xFF)];
                result[target + 2] = table[512 + (pixels[source + 2] & 0xFF)];
            }
        } else {
            for (int x = from; x < to; x++, source += step * channels) {
                for (int c = 0; c < channels; c++) {
                    result[target++] = table[c * 256 + (pixels[source + c] & 0xFF)];
                }
            }
        }
        black(result, target, at + width * channels);
    }

    private void black(float[] result, int from, int to) {
        if (channels == 1) {
            Arrays.fill(result, from, to, table[0]);
            return;
        }
        for (int i = from; i < to; i += channels) {
            for (int c = 0; c < channels; c++) {
                result[i + c] = table[c * 256];
            }
        }
    }

    private void place(SeededRandom random) {
        top = 0;
        left = 0;
        step = 1;
        firstRow = 0;
        endRow = input.height();
        firstColumn = 0;
        endColumn = input.width();
        int height = input.height();
        int width = input.width();
        // By index: an iterator would be one object for each image.
        for (int i = 0; i < augmentations.size(); i++) {
            switch (augmentations.get(i)) {
                case Augmentation.Pad pad -> {
                    top -= pad.pixels();
                    left -= step * pad.pixels();
                    height += 2 * pad.pixels();
                    width += 2 * pad.pixels();
                }
                case Augmentation.RandomCrop crop -> {
                    top += random.nextInt(height - crop.height() + 1);
                    left += step * random.nextInt(width - crop.width() + 1);
                    height = crop.height();
                    width = crop.width();
                    clip(height, width);
                }
                case Augmentation.RandomHorizontalFlip flip -> {
                    if (random.nextDouble() < flip.probability()) {
                        left += step * (width - 1);
                        step = -step;
                    }
                }
                case Augmentation.Pixels change -> throw new IllegalStateException(change + " moves more than pixels");
            }
        }
    }

    /** What a crop cut away does not come back when a border is added later. */
    private void clip(int height, int width) {
        int last = left + step * (width - 1);
        firstRow = Math.max(firstRow, top);
        endRow = Math.min(endRow, top + height);
        firstColumn = Math.max(firstColumn, Math.min(left, last));
        endColumn = Math.min(endColumn, Math.max(left, last) + 1);
    }
}
