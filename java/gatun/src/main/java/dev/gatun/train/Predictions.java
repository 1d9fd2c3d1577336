package dev.gatun.train;

import dev.gatun.shape.Shape;
import java.util.Arrays;

/** The values of an output for a set of examples: a row-major tensor of f32 for each, all of one shape. Immutable. */
public final class Predictions {
    private final int size;
    private final Shape shape;
    private final float[] values;

    /** Takes the array as it is. */
    Predictions(int size, Shape shape, float[] values) {
        this.size = size;
        this.shape = shape;
        this.values = values;
    }

    /** Returns the number of examples. */
    public int size() {
        return size;
    }

    /** Returns the shape of one example's value; that of a scalar has no dimension. */
    public Shape shape() {
        return shape;
    }

    /** Returns the values of all examples, one after the other, each row-major. */
    public float[] values() {
        return values.clone();
    }

    /**
     * Returns the value of one example, row-major.
     *
     * @param example index of the example in the data set
     */
    public float[] of(int example) {
        if (example < 0 || example >= size) {
            throw new IndexOutOfBoundsException("there is no example " + example + " among " + size);
        }
        int length = Math.toIntExact(shape.elements());
        return Arrays.copyOfRange(values, length * example, length * (example + 1));
    }

    /**
     * Returns the index of the largest element of an example's value: the predicted class, if the elements are scores
     * of classes. The first of equal ones; NaN counts as larger than any number.
     */
    public int largest(int example) {
        float[] answer = of(example);
        int largest = 0;
        for (int i = 1; i < answer.length; i++) {
            if (answer[i] > answer[largest] || (Float.isNaN(answer[i]) && !Float.isNaN(answer[largest]))) {
                largest = i;
            }
        }
        return largest;
    }

    /**
     * Returns the softmax of the values, {@code exp(x) / sum(exp(x))} along the last dimension.
     *
     * @throws IllegalStateException if the value of an example is a scalar
     */
    public Predictions softmax() {
        if (shape.rank() == 0) {
            throw new IllegalStateException("probabilities are made of several scores, but each answer is one number");
        }
        int length = Math.toIntExact(shape.extent(-1));
        float[] probabilities = new float[values.length];
        for (int begin = 0; begin < values.length; begin += length) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = begin; i < begin + length; i++) {
                largest = Math.max(largest, values[i]);
            }
            double sum = 0;
            for (int i = begin; i < begin + length; i++) {
                sum += Math.exp(values[i] - largest);
            }
            for (int i = begin; i < begin + length; i++) {
                probabilities[i] = (float) (Math.exp(values[i] - largest) / sum);
            }
        }
        return new Predictions(size, shape, probabilities);
    }
}
