package dev.gatun.compress.weights;

import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.shape.Shape;
import java.util.Objects;
import java.util.SplittableRandom;

/** The two scales of trained ternary quantization. */
enum TernaryScales {
    POSITIVE,
    NEGATIVE;

    String of(String weight) {
        return weight + (this == POSITIVE ? ".positive" : ".negative");
    }

    /** The variable, which begins at the scale of a weight that was just initialised. */
    Variable of(Value weight, double threshold) {
        Variable variable = Objects.requireNonNull(weight.variable());
        return new Variable(of(variable.name()), Shape.of(), Variable.Kind.NORMALIZATION, (values, _, _) -> {
            float[] sample = new float[Math.toIntExact(variable.shape().elements())];
            variable.initializer().fill(sample, variable.shape(), new SplittableRandom(0));
            values[0] = scale(sample, threshold);
        }); // trained, and not decayed
    }

    /** The mean of {@code |w|} where the scale stands for it; that of all where it does so nowhere. */
    float scale(float[] weight, double threshold) {
        double largest = 0;
        double all = 0;
        for (float w : weight) {
            largest = Math.max(largest, Math.abs(w));
            all += Math.abs(w);
        }
        double sum = 0;
        int count = 0;
        for (float w : weight) {
            double size = this == POSITIVE ? w : -w;
            if (size > threshold * largest) {
                sum += size;
                count++;
            }
        }
        return (float) (count == 0 ? all / Math.max(1, weight.length) : sum / count);
    }
}
