package dev.gatun.data.image.pixel;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Changes of the colours of an image. A factor of 1 changes nothing. Grey images have no saturation and no hue. */
public final class Colors {
    private Colors() {}

    /** Makes an image brighter, or darker by a factor below 1. */
    public static void brightness(PixelBuffer image, double factor) {
        map(image, value -> clamp(factor * value));
    }

    /** Moves all values away from their mean as grey, or towards it by a factor below 1. */
    public static void contrast(PixelBuffer image, double factor) {
        long sum = 0;
        int count = image.height() * image.width();
        for (int i = 0; i < count; i++) {
            sum += grey(image, i);
        }
        double mean = (double) sum / count;
        map(image, value -> clamp(factor * value + (1 - factor) * mean));
    }

    /** Moves each pixel away from grey, or towards it by a factor below 1. */
    public static void saturation(PixelBuffer image, double factor) {
        if (image.channels() != 3) {
            return;
        }
        byte[] pixels = image.pixels();
        for (int i = 0; i < image.height() * image.width(); i++) {
            double grey = (1 - factor) * grey(image, i);
            for (int c = 0; c < 3; c++) {
                pixels[3 * i + c] = (byte) clamp(factor * (pixels[3 * i + c] & 0xFF) + grey);
            }
        }
    }

    /** Turns the circle of hues by a part of it, from -0.5 to 0.5. */
    public static void hue(PixelBuffer image, double turn) {
        if (image.channels() != 3) {
            return;
        }
        byte[] pixels = image.pixels();
        for (int i = 0; i < 3 * image.height() * image.width(); i += 3) {
            int red = pixels[i] & 0xFF;
            int green = pixels[i + 1] & 0xFF;
            int blue = pixels[i + 2] & 0xFF;
            int most = Math.max(red, Math.max(green, blue));
            int range = most - Math.min(red, Math.min(green, blue));
            if (range == 0) {
                continue;
            }
            double sixths = most == red ? (double) (green - blue) / range
                    : most == green ? 2 + (double) (blue - red) / range : 4 + (double) (red - green) / range;
            double hue = sixths / 6 + turn;
            hue -= Math.floor(hue);
            for (int c = 0; c < 3; c++) {
                pixels[i + c] = (byte) clamp(0.5 + most - range * distance(hue, c));
            }
        }
    }

    /** How far a colour of a hue is below the largest, as a share of the range: 0 to 1. */
    private static double distance(double hue, int channel) {
        double k = (switch (channel) {
            case 0 -> 5;
            case 1 -> 3;
            default -> 1;
        } + 6 * hue) % 6;
        return Math.clamp(Math.min(k, 4 - k), 0, 1);
    }

    /** Moves each pixel that has all neighbours away from their mean, or towards it by a factor below 1. */
    public static void sharpness(PixelBuffer image, double factor) {
        int height = image.height();
        int width = image.width();
        int channels = image.channels();
        if (height <= 2 || width <= 2) {
            return;
        }
        byte[] target = image.begin(height, width);
        System.arraycopy(image.pixels(), 0, target, 0, height * width * channels);
        for (int y = 1; y < height - 1; y++) {
            for (int x = 1; x < width - 1; x++) {
                for (int c = 0; c < channels; c++) {
                    int own = image.get(y, x, c);
                    int sum = 4 * own;
                    for (int k = 0; k < 9; k++) {
                        sum += image.get(y + k / 3 - 1, x + k % 3 - 1, c);
                    }
                    double blurred = Math.rint(sum / 13.0);
                    target[(y * width + x) * channels + c] = (byte) clamp(factor * own + (1 - factor) * blurred);
                }
            }
        }
        image.swap(height, width);
    }

    /** Keeps so many high bits of each value. */
    public static void posterize(PixelBuffer image, int bits) {
        int mask = 0xFF << (8 - bits) & 0xFF;
        map(image, value -> value & mask);
    }

    /** Inverts values from a threshold on. */
    public static void solarize(PixelBuffer image, double threshold) {
        map(image, value -> value >= threshold ? 255 - value : value);
    }

    /** Stretches the values of each channel to the whole range. */
    public static void autoContrast(PixelBuffer image) {
        for (int c = 0; c < image.channels(); c++) {
            int[] histogram = histogram(image, c);
            int low = 0;
            int high = 255;
            while (low < 255 && histogram[low] == 0) {
                low++;
            }
            while (high > 0 && histogram[high] == 0) {
                high--;
            }
            if (low < high) {
                int least = low;
                double scale = 255.0 / (high - low);
                map(image, c, value -> clamp((value - least) * scale));
            }
        }
    }

    /** Changes the values of each channel so that each is about as frequent as any other. */
    public static void equalize(PixelBuffer image) {
        for (int c = 0; c < image.channels(); c++) {
            int[] histogram = histogram(image, c);
            int last = 255;
            while (histogram[last] == 0) {
                last--;
            }
            int step = (Arrays.stream(histogram).sum() - histogram[last]) / 255;
            if (step == 0) {
                continue;
            }
            int[] levels = new int[256];
            int below = 0;
            for (int value = 0; value < 256; value++) {
                levels[value] = value == 0 ? 0 : Math.min(255, (below + step / 2) / step);
                below += histogram[value];
            }
            map(image, c, value -> levels[value]);
        }
    }

    private static int[] histogram(PixelBuffer image, int channel) {
        int[] histogram = new int[256];
        int count = image.height() * image.width() * image.channels();
        for (int i = channel; i < count; i += image.channels()) {
            histogram[image.pixels()[i] & 0xFF]++;
        }
        return histogram;
    }

    /** The luma of ITU-R BT.601 with the weights of torchvision, cut off. */
    private static int grey(PixelBuffer image, int pixel) {
        byte[] pixels = image.pixels();
        return image.channels() != 3 ? pixels[pixel * image.channels()] & 0xFF
                : (int) (0.2989 * (pixels[3 * pixel] & 0xFF) + 0.587 * (pixels[3 * pixel + 1] & 0xFF)
                        + 0.114 * (pixels[3 * pixel + 2] & 0xFF));
    }

    private static void map(PixelBuffer image, IntUnaryOperator change) {
        byte[] levels = levels(change);
        byte[] pixels = image.pixels();
        for (int i = 0; i < image.height() * image.width() * image.channels(); i++) {
            pixels[i] = levels[pixels[i] & 0xFF];
        }
    }

    private static void map(PixelBuffer image, int channel, IntUnaryOperator change) {
        byte[] levels = levels(change);
        byte[] pixels = image.pixels();
        int count = image.height() * image.width() * image.channels();
        for (int i = channel; i < count; i += image.channels()) {
            pixels[i] = levels[pixels[i] & 0xFF];
        }
    }

    private static byte[] levels(IntUnaryOperator change) {
        byte[] levels = new byte[256];
        for (int value = 0; value < 256; value++) {
            levels[value] = (byte) change.applyAsInt(value);
        }
        return levels;
    }

    private static int clamp(double value) {
        return (int) Math.clamp(value, 0, 255);
    }
}
