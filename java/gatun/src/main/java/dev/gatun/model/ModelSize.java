package dev.gatun.model;

import java.util.List;

/**
 * What a model takes for one image.
 *
 * @param parameters      elements that are trained
 * @param multiplications multiply-accumulates of convolutions, linear layers and matrix products in a forward pass
 * @param activationBytes bytes of all results of its operations in f32, none of them overwritten
 */
public record ModelSize(long parameters, long multiplications, long activationBytes) {
    /** That of a model: the sum over its operations. */
    public static ModelSize of(Model model) {
        return of(LayerSize.of(model));
    }

    /** The sum over operations. */
    public static ModelSize of(List<LayerSize> layers) {
        return new ModelSize(layers.stream().mapToLong(LayerSize::parameters).sum(),
                layers.stream().mapToLong(LayerSize::multiplications).sum(),
                layers.stream().mapToLong(LayerSize::activationBytes).sum());
    }
}
