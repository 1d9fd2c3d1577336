package dev.gatun.compress.sparse;

import dev.gatun.graph.Variable;
import dev.gatun.shape.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Chooses the weights that stay, by a score for each of them. */
public final class MaskSelection {
    /**
     * The weights of a layer.
     *
     * @param variable what they are
     * @param scores   of each weight in row-major order; those of weights that must stay zero are negative infinity
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Scored(Variable variable, float[] scores) {
        /** Returns it with negative infinity where a mask is zero. */
        public Scored within(float[] mask) {
            float[] changed = scores.clone();
            for (int i = 0; i < changed.length; i++) {
                if (mask[i] == 0) {
                    changed[i] = Float.NEGATIVE_INFINITY;
                }
            }
            return new Scored(variable, changed);
        }
    }

    private MaskSelection() {}

    /**
     * Returns a mask for each layer: 1 for the weights that stay and 0 for the others. Of equal scores the first go.
     *
     * @param share of zeros, in [0, 1); rounded down to a number of weights
     */
    public static Map<String, float[]> masks(List<Scored> layers, SparsityOptions options, double share) {
        Map<String, float[]> masks = new LinkedHashMap<>();
        SparsityPattern pattern = options.pattern();
        for (Scored layer : layers) {
            float[] mask = new float[layer.scores.length];
            Arrays.fill(mask, 1);
            masks.put(layer.variable.name(), mask);
            if (pattern != null) {
                blocks(layer, pattern, mask);
            }
        }
        if (pattern == null) {
            switch (options.scope()) {
                case GLOBAL -> zero(layers, masks, share);
                case LAYER -> layers.forEach(layer -> zero(List.of(layer), masks, share));
            }
        }
        return masks;
    }

    /** Returns the mask of one layer that keeps its zeros: 1 for the weights whose score is not zero. */
    public static float[] nonZero(Scored layer) {
        float[] mask = new float[layer.scores.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = layer.scores[i] == 0 ? 0 : 1;
        }
        return mask;
    }

    private static void zero(List<Scored> layers, Map<String, float[]> masks, double share) {
        int count = layers.stream().mapToInt(layer -> layer.scores.length).reduce(0, Math::addExact);
        float[] all = new float[count];
        int next = 0;
        for (Scored layer : layers) {
            System.arraycopy(layer.scores, 0, all, next, layer.scores.length);
            next += layer.scores.length;
        }
        int zeros = (int) (share * count);
        if (zeros == 0) {
            return;
        }
        Arrays.sort(all);
        float threshold = all[zeros - 1];
        int below = 0;
        while (below < zeros && all[below] < threshold) {
            below++;
        }
        int ties = zeros - below;
        for (Scored layer : layers) {
            float[] mask = masks.getOrDefault(layer.variable.name(), new float[0]);
            for (int i = 0; i < mask.length; i++) {
                if (layer.scores[i] < threshold || (layer.scores[i] == threshold && ties-- > 0)) {
                    mask[i] = 0;
                }
            }
        }
    }

    /** In each block of weights along the second dimension, the first of the least go. */
    private static void blocks(Scored layer, SparsityPattern pattern, float[] mask) {
        Shape shape = layer.variable.shape();
        int inputs = Math.toIntExact(shape.extent(1));
        if (inputs % pattern.of() != 0) {
            return;
        }
        int stride = Math.toIntExact(shape.rowMajorStrides()[1]);
        for (int first = 0; first < mask.length; first++) {
            if (first / stride % inputs % pattern.of() == 0) {
                for (int gone = 0; gone < pattern.of() - pattern.kept(); gone++) {
                    int least = -1;
                    for (int k = 0; k < pattern.of(); k++) {
                        int i = first + k * stride;
                        if (mask[i] != 0 && (least < 0 || layer.scores[i] < layer.scores[least])) {
                            least = i;
                        }
                    }
                    mask[least] = 0;
                }
            }
        }
    }

    /** Returns random scores, which are the same each time, so that zeros stay zeros while their share grows. */
    public static Scored random(Variable variable, long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ (31L * variable.name().hashCode()));
        float[] scores = new float[Math.toIntExact(variable.shape().elements())];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) random.nextDouble();
        }
        return new Scored(variable, scores);
    }

    /** Returns {@code |w|}. */
    public static Scored magnitude(Variable variable, float[] weights) {
        float[] scores = new float[weights.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.abs(weights[i]);
        }
        return new Scored(variable, scores);
    }

    /** Returns {@code |w * g|}. */
    public static Scored taylor(Variable variable, float[] weights, float[] gradients) {
        float[] scores = new float[weights.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.abs(weights[i] * gradients[i]);
        }
        return new Scored(variable, scores);
    }

    /**
     * Returns {@code |w|} times the mean absolute value of its input.
     *
     * @param inputs means, one for each index of the dimensions after the first: of a linear layer's features, or of a
     *               convolution's channels of a group, where all elements of a window have the same
     */
    public static Scored activation(Variable variable, float[] weights, float[] inputs) {
        float[] scores = new float[weights.length];
        int row = Math.toIntExact(variable.shape().elements() / variable.shape().extent(0));
        int each = row / inputs.length;
        if (row % inputs.length != 0) {
            throw new IllegalArgumentException(variable.name() + " " + variable.shape() + " reads " + row
                    + " inputs, but means of " + inputs.length + " are given");
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.abs(weights[i]) * inputs[i % row / each];
        }
        return new Scored(variable, scores);
    }
}
