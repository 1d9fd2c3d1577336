package dev.gatun.train.task;

/**
 * What a task measures beside its loss: a mean over all examples, whatever batches they come in. Tensors are named as
 * the outputs and inputs of the task's graph.
 */
public sealed interface Metric {
    /** The name of the share of examples that are classified correctly. */
    String ACCURACY = "accuracy";

    /** The name in results. */
    String name();

    /** Whether it is cheap enough to be measured in every step of training: it reads one number. */
    boolean isScalar();

    /**
     * An output that counts examples of its batch, a scalar of i64: its share of all.
     *
     * @param output the output of the graph
     */
    record Share(String name, String output) implements Metric {
        @Override
        public boolean isScalar() {
            return true;
        }
    }

    /**
     * An output that is a mean over the examples of its batch, a scalar of f32, as a loss is.
     *
     * @param output the output of the graph
     */
    record Mean(String name, String output) implements Metric {
        @Override
        public boolean isScalar() {
            return true;
        }
    }

    /**
     * The share of examples whose class is among those of the highest scores. Among equal scores, the class of the
     * lower number comes first.
     *
     * @param k      how many of the highest count, at least 1
     * @param scores the output of the graph, {@code (N, classes)} of f32
     * @param labels the input of the graph, {@code (N)} of i32
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
     * @param distance   of two elements
     * @param prediction the output of the graph, f32
     * @param target     the input of the graph, f32 of the same shape
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

    /** The share of examples whose highest score is that of their class, called {@code accuracy}. */
    static Metric accuracy(String scores, String labels) {
        return new TopK(ACCURACY, 1, scores, labels);
    }

    /** The share of examples whose class is among those of the k highest scores, called {@code top-5} and the like. */
    static Metric topK(int k, String scores, String labels) {
        return new TopK("top-" + k, k, scores, labels);
    }

    /** The mean absolute error, called {@code mae}. */
    static Metric meanAbsoluteError(String prediction, String target) {
        return new MeanError("mae", MeanError.Distance.ABSOLUTE, prediction, target);
    }

    /** The mean squared error, called {@code mse}. */
    static Metric meanSquaredError(String prediction, String target) {
        return new MeanError("mse", MeanError.Distance.SQUARED, prediction, target);
    }
}
