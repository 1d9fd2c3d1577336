package dev.gatun.data;

import java.util.Locale;

/**
 * Which images validate a run: decide on its learning rate, its end and its best epoch, so that the test images do not.
 */
public sealed interface Validation {
    /** The images that the data keeps apart, in a folder {@code val} beside {@code train} and {@code test}, if any. */
    record Given() implements Validation {
        @Override
        public int images(int training) {
            return 0;
        }

        @Override
        public String text() {
            return "auto";
        }
    }

    /** No images, even where the data keeps some apart. */
    record None() implements Validation {
        @Override
        public int images(int training) {
            return 0;
        }

        @Override
        public String text() {
            return "none";
        }
    }

    /**
     * A share of the training images, of each class alike; training does without them.
     *
     * @param share above 0 and below 1
     */
    record Share(double share) implements Validation {
        /** Checks the share. */
        public Share {
            if (!(share > 0 && share < 1)) {
                throw new IllegalArgumentException("a share for validation lies between 0% and 100%, got "
                        + percent(share));
            }
        }

        @Override
        public int images(int training) {
            return Math.clamp(Math.round(share * training), 1, Math.max(1, training - 1));
        }

        @Override
        public String text() {
            return percent(share);
        }

        private static String percent(double share) {
            String number = String.format(Locale.ROOT, "%.10f", 100 * share).replaceFirst("\\.?0+$", "");
            return number + "%";
        }
    }

    /**
     * A number of the training images, of each class in proportion; training does without them.
     *
     * @param count at least 1
     */
    record Count(int count) implements Validation {
        /** Checks the number. */
        public Count {
            if (count < 1) {
                throw new IllegalArgumentException("at least one image must validate, got " + count);
            }
        }

        @Override
        public int images(int training) {
            return count;
        }

        @Override
        public String text() {
            return Integer.toString(count);
        }
    }

    /** Returns how many of the training images are held out. */
    int images(int training);

    /** Returns what {@link #parse} reads. */
    String text();

    /**
     * Reads {@code auto}, {@code none}, {@code 10%} or {@code 500}.
     *
     * @throws IllegalArgumentException with a complete message when it is none of these
     */
    static Validation parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (word.equals("auto")) {
            return new Given();
        }
        if (word.equals("none")) {
            return new None();
        }
        try {
            return word.endsWith("%")
                    ? new Share(Double.parseDouble(word.substring(0, word.length() - 1).strip()) / 100)
                    : new Count(Integer.parseInt(word));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' says no images for validation: use auto, none, a share"
                    + " such as 10% or a number such as 500", e);
        }
    }
}
