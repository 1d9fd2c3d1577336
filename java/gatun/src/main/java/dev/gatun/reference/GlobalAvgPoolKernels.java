package dev.gatun.reference;

import dev.gatun.backend.Kernel;

/** The mean of each channel of each image. */
final class GlobalAvgPoolKernels {
    private GlobalAvgPoolKernels() {}

    static Kernel forward(Tensor x, Tensor y) {
        long pixels = x.extent(2) * x.extent(3);
        return () -> {
            for (long channel = 0; channel < y.elements(); channel++) {
                double sum = 0;
                for (long i = 0; i < pixels; i++) {
                    sum += x.get(channel * pixels + i);
                }
                y.set(channel, sum / pixels);
            }
        };
    }

    static Kernel backward(Tensor diffY, Tensor diffX) {
        long pixels = diffX.extent(2) * diffX.extent(3);
        return () -> {
            for (long i = 0; i < diffX.elements(); i++) {
                diffX.set(i, diffY.get(i / pixels) / pixels);
            }
        };
    }
}
