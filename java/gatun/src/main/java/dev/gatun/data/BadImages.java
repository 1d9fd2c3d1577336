package dev.gatun.data;

/** What is done with images that are cut short, damaged or of another size, as far as that shows without decoding. */
public enum BadImages {
    /** The data is refused, with the reason for each. */
    REFUSE,
    /** They are left out, and listed. */
    SKIP
}
