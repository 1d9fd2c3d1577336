package dev.gatun.data.image.pixel;

import dev.gatun.data.SeededRandom;
import java.util.Locale;

/**
 * Images that are mixed with another of the data set, and their labels with them. Each image has a partner and a share
 * of its own, which depend on (seed, epoch, image) only.
 *
 * @param kind  how they are mixed
 * @param alpha shares are distributed as Beta(alpha, alpha): about one half where it is large, 0 or 1 where it is small
 */
public record Mixing(Kind kind, double alpha) {
    /** No mixing. */
    public static final Mixing NONE = new Mixing(Kind.NONE, 1);

    private static final long STREAM = 0x4D4958494E473031L;

    /** How two images are mixed. */
    public enum Kind {
        /** Not at all. */
        NONE,
        /** Each pixel is the mean of both by their shares (Zhang et al., 2018). */
        MIXUP,
        /** A rectangle is the other's, whose share is that of its pixels (Yun et al., 2019). */
        CUTMIX
    }

    /** Checks the distribution. */
    public Mixing {
        if (!(alpha > 0 && Double.isFinite(alpha))) {
            throw new IllegalArgumentException("alpha of " + kind.name().toLowerCase(Locale.ROOT)
                    + " must be above 0, got " + alpha);
        }
    }

    /** Returns whether images are mixed. */
    public boolean isActive() {
        return kind != Kind.NONE;
    }

    /** Sets the state that all numbers of an image's mixture are drawn from. */
    public SeededRandom seeded(SeededRandom random, long seed, long epoch, int example) {
        return random.seed(seed ^ STREAM, epoch, example);
    }

    /** Draws the share of the image itself. */
    public double share(SeededRandom random) {
        double own = gamma(random);
        double other = gamma(random);
        return own + other == 0 ? 1 : own / (own + other);
    }

    /** A number distributed as Gamma(alpha), by Marsaglia and Tsang's method (2000). */
    private double gamma(SeededRandom random) {
        double shape = alpha < 1 ? alpha + 1 : alpha;
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            // Box and Muller's normal number; StrictMath is the same on every machine.
            double x = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()))
                    * StrictMath.cos(2 * Math.PI * random.nextDouble());
            double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
            double u = 1 - random.nextDouble();
            if (v > 0 && StrictMath.log(u) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
                double boost = alpha < 1 ? StrictMath.pow(1 - random.nextDouble(), 1 / alpha) : 1;
                return d * v * boost;
            }
        }
    }

    /**
     * Mixes another image into one; returns the share that is left of the one.
     *
     * @param image normalised, {@code [height][width][channels]}; receives the mixture
     * @param other of the same size
     */
    public double mix(float[] image, float[] other, int height, int width, double share, SeededRandom random) {
        return switch (kind) {
            case NONE -> 1;
            case MIXUP -> {
                float own = (float) share;
                for (int i = 0; i < image.length; i++) {
                    image[i] = own * image[i] + (1 - own) * other[i];
                }
                yield own;
            }
            case CUTMIX -> {
                double side = Math.sqrt(1 - share);
                int y = random.nextInt(height);
                int x = random.nextInt(width);
                int halfHeight = (int) (height * side / 2);
                int halfWidth = (int) (width * side / 2);
                int top = Math.max(0, y - halfHeight);
                int left = Math.max(0, x - halfWidth);
                int bottom = Math.min(height, y + halfHeight);
                int right = Math.min(width, x + halfWidth);
                int channels = image.length / (height * width);
                for (int row = top; row < bottom; row++) {
                    int at = (row * width + left) * channels;
                    System.arraycopy(other, at, image, at, (right - left) * channels);
                }
                yield 1 - (double) (bottom - top) * (right - left) / (height * width);
            }
        };
    }
}
