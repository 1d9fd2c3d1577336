package dev.gatun.optim.secondorder;

/**
 * A search along a direction for a point with a value well below the first and a slope well flatter, after Nocedal and
 * Wright, algorithms 3.5 and 3.6, with the cubic interpolation and the safeguards of PyTorch's.
 */
final class StrongWolfe {
    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final double CURVATURE = 0.9;
    private static final double LEAST_GROWTH = 0.01;
    private static final double MOST_GROWTH = 10;
    private static final double MARGIN = 0.1; // of a bracket, next to its ends

    private final Line line;
    private final double toleranceChange;
    private final int maxEvaluations;
    private final double value;
    private final double slope;
    private final double reach;
    private final Trial start;
    private int evaluations;

    /** The objective along a direction. */
    @FunctionalInterface
    interface Line {
        /** Evaluates at a distance; the gradient there takes the place of one that none of these two needs. */
        Trial at(double distance, Trial one, Trial other);
    }

    /**
     * A point that was tried.
     *
     * @param distance along the direction
     * @param slope    the derivative along the direction
     * @param gradient there
     */
    record Trial(double distance, double value, double slope, DoubleVector gradient) {}

    /**
     * A search.
     *
     * @param start          at distance 0
     * @param reach          the largest element of the direction
     * @param maxEvaluations of the line after its first
     */
    StrongWolfe(Line line, Trial start, double reach, double toleranceChange, int maxEvaluations) {
        this.line = line;
        this.value = start.value;
        this.slope = start.slope;
        this.reach = reach;
        this.toleranceChange = toleranceChange;
        this.maxEvaluations = maxEvaluations;
        this.start = start;
    }

    /** Times the line was evaluated. */
    int evaluations() {
        return evaluations;
    }

    private Trial evaluate(double distance, Trial one, Trial other) {
        evaluations++;
        return line.at(distance, one, other);
    }

    private boolean tooHigh(Trial trial) {
        return trial.value > value + SUFFICIENT_DECREASE * trial.distance * slope;
    }

    private boolean flat(Trial trial) {
        return Math.abs(trial.slope) <= -CURVATURE * slope;
    }

    /** The best point found, beginning at a distance. */
    Trial search(double distance) {
        Trial before = start;
        Trial now = evaluate(distance, start, start);
        int iterations = 0;
        boolean bracketed = false;
        while (iterations < maxEvaluations && !bracketed) {
            if (tooHigh(now) || (iterations > 1 && now.value >= before.value)) {
                bracketed = true;
            } else if (flat(now)) {
                return now;
            } else if (now.slope >= 0) {
                bracketed = true;
            } else {
                double next = interpolate(before, now, now.distance + LEAST_GROWTH * (now.distance - before.distance),
                        now.distance * MOST_GROWTH);
                before = now;
                now = evaluate(next, before, before);
                iterations++;
            }
        }
        return zoom(bracketed ? before : start, now, iterations);
    }

    /** Narrows a bracket that holds a good point. */
    private Trial zoom(Trial begin, Trial end, int iterationsBefore) {
        Trial[] bracket = {begin, end};
        int low = begin.value <= end.value ? 0 : 1;
        boolean slow = false;
        boolean done = false;
        int iterations = iterationsBefore;
        while (!done && iterations < maxEvaluations
                && !(Math.abs(bracket[1].distance - bracket[0].distance) * reach < toleranceChange)) {
            double least = Math.min(bracket[0].distance, bracket[1].distance);
            double most = Math.max(bracket[0].distance, bracket[1].distance);
            double distance = interpolate(bracket[0], bracket[1], least, most);
            double margin = MARGIN * (most - least);
            boolean near = Math.min(most - distance, distance - least) < margin;
            boolean push = near && (slow || distance >= most || distance <= least);
            if (push) {
                distance = Math.abs(distance - most) < Math.abs(distance - least) ? most - margin : least + margin;
            }
            slow = near && !push;
            Trial now = evaluate(distance, bracket[0], bracket[1]);
            iterations++;
            int high = 1 - low;
            if (tooHigh(now) || now.value >= bracket[low].value) {
                bracket[high] = now;
                low = bracket[0].value <= bracket[1].value ? 0 : 1;
            } else {
                if (flat(now)) {
                    done = true;
                } else if (now.slope * (bracket[high].distance - bracket[low].distance) >= 0) {
                    bracket[high] = bracket[low];
                }
                bracket[low] = now;
            }
        }
        return bracket[low];
    }

    /** The minimum of the cubic through two points with their slopes, within bounds; their middle where it has none. */
    private static double interpolate(Trial a, Trial b, double least, double most) {
        Trial left = a.distance <= b.distance ? a : b;
        Trial right = a.distance <= b.distance ? b : a;
        double d1 = left.slope + right.slope - 3 * (left.value - right.value) / (left.distance - right.distance);
        double square = d1 * d1 - left.slope * right.slope;
        if (!(square >= 0)) {
            return (least + most) / 2;
        }
        double d2 = Math.sqrt(square);
        double minimum = right.distance - (right.distance - left.distance)
                * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
        return Math.min(Math.max(minimum, least), most);
    }
}
