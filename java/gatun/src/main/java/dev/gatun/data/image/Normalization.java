package dev.gatun.data.image;

import java.util.Arrays;

/**
 * Normalises pixel values: {@code (pixel / 255 - mean) / std}, with a mean and a standard deviation per channel, both
 * in units of full brightness. Immutable.
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, and compared by content
public record Normalization(float[] mean, float[] std) {
    /** Checks that there is one finite mean and one positive, finite deviation for each channel. */
    public Normalization {
        mean = mean.clone();
        std = std.clone();
        if (mean.length == 0 || mean.length != std.length) {
            throw new IllegalArgumentException(
                    "one mean and one deviation per channel, not " + mean.length + " and " + std.length);
        }
        for (int c = 0; c < mean.length; c++) {
            if (!Float.isFinite(mean[c]) || !(std[c] > 0) || !Float.isFinite(std[c])) {
                throw new IllegalArgumentException("channel " + c
                        + ": the mean must be finite and the deviation positive: " + mean[c] + ", " + std[c]);
            }
        }
    }

    /** Returns a normalisation of images of one channel. */
    public static Normalization grey(float mean, float std) {
        return new Normalization(new float[] {mean}, new float[] {std});
    }

    /**
     * Measures mean and population standard deviation over all pixels of at most {@code maxImages} images, spread
     * evenly over the data set. A channel that is the same everywhere gets deviation 1, since there is nothing to
     * scale.
     */
    public static Normalization measure(ImageDataset dataset, int maxImages) {
        if (maxImages < 1) {
            throw new IllegalArgumentException("at least one image must be measured, not " + maxImages);
        }
        int channels = dataset.channels();
        int images = Math.min(maxImages, dataset.size());
        long[][] histogram = new long[channels][256];
        byte[] pixels = new byte[dataset.imageBytes()];
        for (int i = 0; i < images; i++) {
            dataset.read((int) ((long) i * dataset.size() / images), pixels);
            for (int p = 0; p < pixels.length; p++) {
                histogram[p % channels][pixels[p] & 0xFF]++;
            }
        }
        float[] mean = new float[channels];
        float[] std = new float[channels];
        for (int c = 0; c < channels; c++) {
            measureChannel(histogram[c], c, mean, std);
        }
        return new Normalization(mean, std);
    }

    /** Exact integer sums: the result does not depend on the order of the images. */
    private static void measureChannel(long[] histogram, int channel, float[] mean, float[] std) {
        long count = 0;
        long sum = 0;
        for (int v = 0; v < 256; v++) {
            count += histogram[v];
            sum += v * histogram[v];
        }
        double average = (double) sum / count;
        double squares = 0;
        for (int v = 0; v < 256; v++) {
            squares += (v - average) * (v - average) * histogram[v];
        }
        double deviation = Math.sqrt(squares / count);
        mean[channel] = (float) (average / 255);
        std[channel] = deviation == 0 ? 1 : (float) (deviation / 255);
    }

    /** Returns the number of channels. */
    public int channels() {
        return mean.length;
    }

    /** Returns the normalised value of every pixel value, {@code [channel * 256 + pixel]}, in a new array. */
    public float[] table() {
        float[] table = new float[mean.length * 256];
        for (int c = 0; c < mean.length; c++) {
            for (int v = 0; v < 256; v++) {
                table[c * 256 + v] = (v / 255f - mean[c]) / std[c];
            }
        }
        return table;
    }

    @Override
    public float[] mean() {
        return mean.clone();
    }

    @Override
    public float[] std() {
        return std.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Normalization that && Arrays.equals(mean, that.mean) && Arrays.equals(std, that.std);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(mean) + Arrays.hashCode(std);
    }

    @Override
    public String toString() {
        return "mean " + Arrays.toString(mean) + ", std " + Arrays.toString(std);
    }
}
