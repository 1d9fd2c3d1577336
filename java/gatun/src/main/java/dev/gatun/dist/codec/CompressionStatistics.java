package dev.gatun.dist.codec;

/**
 * What a reducer has sent so far.
 *
 * @param reductions        how many ranges were reduced
 * @param uncompressedBytes bytes that this rank would have sent without compression, {@code 2 (n - 1) / n} of each
 *                          range for {@code n} ranks
 * @param sentBytes         bytes that its transport sent while it reduced, as that counts them
 */
public record CompressionStatistics(long reductions, long uncompressedBytes, long sentBytes) {
    /** Returns how many times fewer bytes were sent than without compression; 1 where none were sent. */
    public double rate() {
        return sentBytes == 0 ? 1 : (double) uncompressedBytes / sentBytes;
    }
}
