package dev.gatun.compress.prune;

/** What a dimension of a variable is to the channels along it. */
public enum Role {
    /** The weights along it compute the channels: filters of a convolution, rows of a linear layer. */
    OUTPUT,
    /** The weights along it read the channels. */
    INPUT,
    /** One factor for each channel, as a normalisation's scale. */
    SCALE,
    /** One number added to each channel. */
    SHIFT,
    /** A running statistic of each channel. */
    STATISTIC,
    /** Anything else, such as an embedding of positions. */
    OTHER
}
