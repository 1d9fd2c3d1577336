package dev.gatun.compress.sparse;

import java.util.TreeMap;

/** The steps of a run at which weights become zero, and the share of zeros after each of them. */
public final class SparsitySchedule {
    private final TreeMap<Long, Double> shares = new TreeMap<>();
    private final long[] steps;

    /**
     * Creates the schedule of a run.
     *
     * @param runSteps number of steps of the run
     */
    public SparsitySchedule(SparsityOptions options, long runSteps) {
        boolean first = options.criterion() == SparsityCriterion.SNIP
                || options.criterion() == SparsityCriterion.ZEROS;
        boolean once = first || options.pattern() != null || options.ramp() == SparsityOptions.Ramp.ONESHOT;
        int times = once ? 1 : options.times();
        for (int i = 0; i < times; i++) {
            double part = first ? 0 : times == 1 ? options.from()
                    : options.from() + (options.to() - options.from()) * i / (times - 1);
            long step = Math.min(runSteps, 1 + Math.round(part * runSteps));
            shares.put(step, once ? options.finalSparsity() : share(options, (i + 1.0) / times));
        }
        steps = shares.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    private static double share(SparsityOptions options, double part) {
        return switch (options.ramp()) {
            case ONESHOT -> options.sparsity();
            case ITERATIVE -> 1 - Math.pow(1 - options.sparsity(), part);
            case CUBIC -> options.sparsity() * (1 - Math.pow(1 - part, 3));
        };
    }

    /** Returns the latest step until now, counted from 1, at which weights become zero; 0 for none. */
    public long latest(long now) {
        long latest = 0;
        for (long step : steps) { // no stream: a step allocates nothing
            latest = step <= now ? step : latest;
        }
        return latest;
    }

    /** Returns the share of zeros after a step. */
    public double share(long step) {
        var entry = shares.floorEntry(step);
        return entry == null ? 0 : entry.getValue();
    }
}
