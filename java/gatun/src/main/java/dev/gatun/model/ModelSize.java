package dev.gatun.model;

import java.util.List;

/**
 * The cost of a model for one example: an image or a text.
 *
 * @param parameters      number of trained elements
 * @param multiplications multiply-accumulates of convolutions, linear layers and matrix products in a forward pass
 * @param activationBytes bytes of the results of all operations in f32, without reuse of memory
 */
public record ModelSize(long parameters, long multiplications, long activationBytes) {
    /**
     * Measures a model. The figures come from batches of two and three, as one image may be too few for a
     * normalisation.
     */
    public static ModelSize of(Architecture model) {
        return of(LayerSize.of(model));
    }

    /** The sum over operations. */
    public static ModelSize of(List<LayerSize> layers) {
        return new ModelSize(layers.stream().mapToLong(LayerSize::parameters).sum(),
                layers.stream().mapToLong(LayerSize::multiplications).sum(),
                layers.stream().mapToLong(LayerSize::activationBytes).sum());
    }
}
