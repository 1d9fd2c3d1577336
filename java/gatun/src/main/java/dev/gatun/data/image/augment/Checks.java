package dev.gatun.data.image.augment;

/** Checks of numbers, with complete messages. */
final class Checks {
    private Checks() {}

    static void probability(String augmentation, double value) {
        within(augmentation, "p", value, 0, 1);
    }

    static void within(String augmentation, String key, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(augmentation + ": " + key + " must lie between " + least + " and "
                    + most + ", got " + value);
        }
    }
}
