package dev.gatun.optim.schedule;

import java.util.List;

/** Checks of schedules, all with the same one-line messages. */
final class ScheduleDomain {
    /** Counts of steps stay exact in a double, and sums of two of them in a long. */
    static final long MOST_STEPS = 1L << 53;

    private ScheduleDomain() {}

    static void steps(long steps) {
        if (steps < 0) {
            throw new IllegalArgumentException("steps taken must not be negative: " + steps);
        }
    }

    static void count(String kind, String what, long value, long least) {
        if (value < least || value > MOST_STEPS) {
            throw wrong(kind, what, "at least " + least + " and at most 2^53", value);
        }
    }

    static void atLeastZero(String kind, String what, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw wrong(kind, what, "at least 0 and finite", value);
        }
    }

    static void positive(String kind, String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw wrong(kind, what, "above 0 and finite", value);
        }
    }

    static void share(String kind, String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw wrong(kind, what, "in 0 .. 1", value);
        }
    }

    static void momentum(String kind, String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw wrong(kind, what, "at least 0 and below 1", value);
        }
    }

    static void increasing(String kind, String what, List<Long> values) {
        for (int i = 1; i < values.size(); i++) {
            if (values.get(i) <= values.get(i - 1)) {
                throw wrong(kind, what, "increasing", values);
            }
        }
    }

    static void nested(String kind, List<Schedule> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("schedule " + kind + ": needs at least one schedule");
        }
    }

    /** How many of the increasing values are at most {@code steps}. Allocates nothing. */
    static int reached(List<Long> increasing, long steps) {
        int count = 0;
        while (count < increasing.size() && increasing.get(count) <= steps) {
            count++;
        }
        return count;
    }

    static UnsupportedOperationException noFactor(String kind) {
        return new UnsupportedOperationException(
                "schedule " + kind + ": its values are absolute, not factors of a base: ask for value(base, steps)");
    }

    private static IllegalArgumentException wrong(String kind, String what, String range, Object value) {
        return new IllegalArgumentException("schedule " + kind + ": " + what + " must be " + range + ", got " + value);
    }
}
