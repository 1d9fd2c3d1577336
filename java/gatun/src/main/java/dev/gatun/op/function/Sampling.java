package dev.gatun.op.function;

/** The source of each element of a dimension that is resized or padded. */
public sealed interface Sampling {
    /**
     * A weighted mean of two elements of the input.
     *
     * @param first  index of the first, from 0
     * @param second index of the second, from 0; ignored if the weight is 0
     * @param weight weight of the second, from 0 to 1; the first has the rest
     */
    record Tap(long first, long second, double weight) {
        /** Returns a single element. */
        static Tap of(long place) {
            return new Tap(place, place, 0);
        }
    }

    /** Returns the extent of the result. */
    long extent(long given);

    /**
     * Returns the source of an element of the result.
     *
     * @param place index in the result, from 0
     * @param given extent of the input
     */
    Tap tap(long place, long given);

    /** Returns the name in lower case: {@code resize_nearest}. */
    String lowerCase();

    /** Nearest neighbour at {@code floor(place * given / extent)}, as PyTorch's {@code nearest}. */
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

    /** The alignment of the outermost elements in a linear interpolation. */
    enum Corners {
        /** Elements are areas, whose outer edges coincide: PyTorch's {@code align_corners=False}. */
        EDGES,
        /** Elements are points, of which the first and the last coincide: {@code align_corners=True}. */
        ALIGNED
    }

    /** Linear interpolation between the two nearest elements; beyond the outermost elements, their values. */
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

    /** Padding by reflection, without repeating the border elements. */
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

    /** Padding with copies of the border elements. */
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
