package dev.gatun.train.task;

/**
 * A quantity that a task measures besides its loss: a mean over all examples, independent of the batches. Tensors are
 * named as outputs and inputs of the task's graph.
 */
public sealed interface Metric {
    /** The name of the fraction of examples classified correctly. */
    String ACCURACY = "accuracy";

    /** Returns the name in results. */
    String name();

    /** Returns whether it is measured in every training step, because it reads only one number. */
    boolean isScalar();

    /**
     * The fraction of the examples that an output, a scalar of i64, counts in its batch.
     *
     * @param output name of the output
     */
    record Share(String name, String output) implements Metric {
        @Override
        public boolean isScalar() {
            return true;
        }
    }

    /**
     * The mean of an output, a scalar of f32 that is a mean over the examples of its batch, such as a loss.
     *
     * @param output name of the output
     */
    record Mean(String name, String output) implements Metric {
        @Override
        public boolean isScalar() {
            return true;
        }
    }

    /**
     * The fraction of examples whose class is among those of the k highest scores. Among equal scores, the class of the
     * lower number comes first.
     *
     * @param k      number of classes, at least 1
     * @param scores name of the output, {@code (N, classes)} of f32
     * @param labels name of the input, {@code (N)} of i32
     */
    record TopK(String name, int k, String scores, String labels) implements Metric {
        public TopK {
            if (k < 1) {
                throw new IllegalArgumentException("metric " + name + ": at least the highest score counts, got " + k);
            }
        }

        @Override
        public boolean isScalar() {
            return false;
        }
    }

    /**
     * The mean over all elements of the distance between an output and an input.
     *
     * @param distance   distance of two elements
     * @param prediction name of the output, f32
     * @param target     name of the input, f32 of the same shape
     */
    record MeanError(String name, Distance distance, String prediction, String target) implements Metric {
        /** The distance of two numbers. */
        public enum Distance {
            /** {@code |a - b|}. */
            ABSOLUTE,
            /** {@code (a - b)^2}. */
            SQUARED
        }

        @Override
        public boolean isScalar() {
            return false;
        }
    }

    /** Returns the fraction of examples whose highest score is that of their class, named {@code accuracy}. */
    static Metric accuracy(String scores, String labels) {
        return new TopK(ACCURACY, 1, scores, labels);
    }

    /**
     * Returns the fraction of examples whose class is among those of the k highest scores, named {@code top-5} and the
     * like.
     */
    static Metric topK(int k, String scores, String labels) {
        return new TopK("top-" + k, k, scores, labels);
    }

    /** Returns the mean absolute error, named {@code mae}. */
    static Metric meanAbsoluteError(String prediction, String target) {
        return new MeanError("mae", MeanError.Distance.ABSOLUTE, prediction, target);
    }

    /** Returns the mean squared error, named {@code mse}. */
    static Metric meanSquaredError(String prediction, String target) {
        return new MeanError("mse", MeanError.Distance.SQUARED, prediction, target);
    }
}
