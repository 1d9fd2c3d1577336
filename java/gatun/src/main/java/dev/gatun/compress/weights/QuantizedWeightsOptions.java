package dev.gatun.compress.weights;

import dev.gatun.options.WithMethods;
import java.util.List;

/**
 * Which weights are quantized in training, and how.
 *
 * @param quantizer      what each layer computes with in place of its weight
 * @param activationBits bits to which what comes out of each ReLU is clipped to {@code [0, 1]} and rounded (Zhou et
 *                       al., DoReFa-Net, 2016), 1 to 8, or 0, where activations stay as they are. Gradients pass where
 *                       what is rounded is at most 1.
 * @param ends           what becomes of the first layer and the last
 * @param ignored        layers that stay in f32, by pattern
 */
@WithMethods
public record QuantizedWeightsOptions(
        WeightQuantizer quantizer, int activationBits, Ends ends, List<String> ignored)
        implements QuantizedWeightsOptionsBuilder.With {
    private static final QuantizedWeightsOptions DEFAULTS =
            new QuantizedWeightsOptions(new WeightQuantizer.DoReFa(4), 0, Ends.KEPT, List.of());

    /** The first layer, which reads the images, and the last, which gives the scores: they lose the most. */
    public enum Ends {
        /** They stay in f32. */
        KEPT,
        /** They are quantized as the others. */
        QUANTIZED
    }

    /** Checks the bits, and copies the patterns. */
    public QuantizedWeightsOptions {
        if (activationBits < 0 || activationBits > 8) {
            throw new IllegalArgumentException("the bits of activations are 1 to 8, or 0 to leave them in f32, got "
                    + activationBits);
        }
        ignored = List.copyOf(ignored);
    }

    /** Returns the options of DoReFa's weights of 4 bits, with activations and both ends in f32. */
    public static QuantizedWeightsOptions defaults() {
        return DEFAULTS;
    }
}
