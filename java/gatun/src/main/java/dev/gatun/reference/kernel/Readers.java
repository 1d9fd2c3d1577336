package dev.gatun.reference.kernel;

import dev.gatun.op.Slide;

/** The windows along one axis that may contain a given input position: {@code first} to {@code last}, or none. */
record Readers(long first, long last) {
    static Readers of(Slide slide, long size, long position, long windows) {
        long first = Math.max(0, Math.ceilDiv(position + slide.before() - slide.reach(size) + 1, slide.stride()));
        long last = Math.min(windows - 1, (position + slide.before()) / slide.stride());
        return new Readers(first, last);
    }
}
