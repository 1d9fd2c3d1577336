package dev.gatun.op.function;

/** Where along a dimension each place of a resized or padded tensor comes from. */
public sealed interface Sampling {
    /**
     * A weighted mean of two places.
     *
     * @param first  counted from 0
     * @param second counted from 0; without a part in it where the weight is 0
     * @param weight of the second, from 0 to 1
     */
    record Tap(long first, long second, double weight) {
        /** One place. */
        static Tap of(long place) {
            return new Tap(place, place, 0);
        }
    }

    /** How many places the result has. */
    long extent(long given);

    /**
     * Where one of them comes from.
     *
     * @param place of the result, counted from 0
     * @param given how many places the input has
     */
    Tap tap(long place, long given);

    /** In lower case: {@code resize_nearest}. */
    String lowerCase();

    /** {@code floor(place * given / extent)}, PyTorch's {@code nearest}. */
    record Nearest(long extent) implements Sampling {
        public Nearest {
            checkExtent("resize_nearest", extent);
        }

        @Override
        public long extent(long given) {
            checkGiven(lowerCase(), given, 1);
            return extent;
        }

        @Override
        public Tap tap(long place, long given) {
            return Tap.of(Math.multiplyExact(place, given) / extent);
        }

        @Override
        public String lowerCase() {
            return "resize_nearest";
        }
    }

    /** What the outermost places of a linear interpolation lie on. */
    enum Corners {
        /** Places are areas, whose outer edges coincide: PyTorch's {@code align_corners=False}. */
        EDGES,
        /** Places are points: the first and the last coincide: {@code align_corners=True}. */
        ALIGNED
    }

    /** Linear interpolation between the two nearest places; outside of the outermost ones, these. */
    record Linear(long extent, Corners corners) implements Sampling {
        public Linear {
            checkExtent("resize_linear", extent);
        }

        @Override
        public long extent(long given) {
            checkGiven(lowerCase(), given, 1);
            return extent;
        }

        @Override
        public Tap tap(long place, long given) {
            double at = switch (corners) {
                case EDGES -> Math.max((place + 0.5) * given / extent - 0.5, 0);
                case ALIGNED -> extent == 1 ? 0 : (double) place * (given - 1) / (extent - 1);
            };
            long first = Math.min((long) at, given - 1);
            return first == given - 1 ? Tap.of(first) : new Tap(first, first + 1, at - first);
        }

        @Override
        public String lowerCase() {
            return "resize_linear";
        }
    }

    /** Places before and after that mirror what lies inside, without the outermost itself. */
    record Reflect(long before, long after) implements Sampling {
        public Reflect {
            checkPadding("pad_reflect", before, after);
        }

        @Override
        public long extent(long given) {
            checkGiven(lowerCase(), given, Math.max(before, after) + 1);
            return before + given + after;
        }

        @Override
        public Tap tap(long place, long given) {
            long at = Math.abs(place - before);
            return Tap.of(at < given ? at : 2 * (given - 1) - at);
        }

        @Override
        public String lowerCase() {
            return "pad_reflect";
        }
    }

    /** Places before and after that repeat the outermost. */
    record Replicate(long before, long after) implements Sampling {
        public Replicate {
            checkPadding("pad_replicate", before, after);
        }

        @Override
        public long extent(long given) {
            checkGiven(lowerCase(), given, 1);
            return before + given + after;
        }

        @Override
        public Tap tap(long place, long given) {
            return Tap.of(Math.clamp(place - before, 0, given - 1));
        }

        @Override
        public String lowerCase() {
            return "pad_replicate";
        }
    }

    private static void checkExtent(String what, long extent) {
        if (extent < 1 || extent > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(what + ": an extent from 1 to 2^31 - 1 wanted, got " + extent);
        }
    }

    private static void checkPadding(String what, long before, long after) {
        if (before < 0 || after < 0 || before > Integer.MAX_VALUE || after > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(what + ": from 0 to 2^31 - 1 places before and after wanted, got "
                    + before + " and " + after);
        }
    }

    private static void checkGiven(String what, long given, long least) {
        if (given < least || given > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(what + ": at least " + least + " places to take from wanted, got "
                    + given);
        }
    }
}
