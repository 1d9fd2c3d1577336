package dev.gatun.model;

import dev.gatun.nn.Conv;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.Layers;

/** What networks that normalise behind each convolution are made of. */
final class Convolutions {
    private Convolutions() {}

    /** A square one without a bias, padded so that it divides the image by its stride alone. */
    static Conv convolution(long channels, long kernel, long stride) {
        return Layers.conv2d(channels, kernel).stride(stride).padding(kernel / 2).withoutBias()
                .initializer(Initializers.heNormalFanOut());
    }
}
