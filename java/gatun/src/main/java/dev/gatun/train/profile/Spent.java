package dev.gatun.train.profile;

/** What the kernels of one name, or a part, took in one step: sums. */
final class Spent {
    private long runs;
    private double nanos;
    private double flops;
    private double bytes;

    void add(long time, long operations, long moved) {
        runs++;
        nanos += time;
        flops += operations;
        bytes += moved;
    }

    double runs() {
        return runs;
    }

    double nanos() {
        return nanos;
    }

    double flops() {
        return flops;
    }

    double bytes() {
        return bytes;
    }
}
