package dev.gatun.reference.kernel;

/** The windows along one dimension that contain a given input position: {@code first} to {@code last}, or none. */
record Readers(long first, long last) {
    static Readers of(long position, long window, long stride, long padding, long windows) {
        long first = Math.max(0, Math.ceilDiv(position + padding - window + 1, stride));
        long last = Math.min(windows - 1, (position + padding) / stride);
        return new Readers(first, last);
    }
}
