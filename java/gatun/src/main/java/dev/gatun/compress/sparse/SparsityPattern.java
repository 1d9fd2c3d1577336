package dev.gatun.compress.sparse;

/**
 * Which {@code n} of {@code m} consecutive weights along the inputs of a layer stay, as 2:4. Sparse matrix units of
 * some GPUs can use it; no kernel here is faster by it. Layers whose inputs are no multiple of {@code m} stay dense.
 *
 * @param kept weights that stay, {@code n}
 * @param of   weights of a block, {@code m}
 */
public record SparsityPattern(int kept, int of) {
    public SparsityPattern {
        if (kept < 1 || of <= kept || of > 64) {
            throw new IllegalArgumentException("a pattern n:m keeps at least 1 and less than m weights of m, at most"
                    + " 64, as 2:4, got " + kept + ":" + of);
        }
    }

    /** Returns the share of zeros. */
    public double sparsity() {
        return 1 - (double) kept / of;
    }

    /** Returns the text form: {@code 2:4}. */
    public String text() {
        return kept + ":" + of;
    }

    /**
     * Parses {@code 2:4}.
     *
     * @throws IllegalArgumentException with one line that states the form
     */
    public static SparsityPattern parse(String text) {
        if (!text.matches("\\d{1,3}:\\d{1,3}")) {
            throw new IllegalArgumentException("'" + text + "' is no pattern: write it as 2:4");
        }
        int colon = text.indexOf(':');
        return new SparsityPattern(Integer.parseInt(text.substring(0, colon)),
                Integer.parseInt(text.substring(colon + 1)));
    }
}
