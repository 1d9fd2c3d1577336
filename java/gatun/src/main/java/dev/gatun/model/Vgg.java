package dev.gatun.model;

import static dev.gatun.nn.Layers.adaptiveAvgPool;
import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.dropout;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.maxPool;
import static dev.gatun.nn.Layers.relu;

import dev.gatun.nn.Bias;
import dev.gatun.nn.Dense;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * The plain networks of 3x3 convolutions (Simonyan and Zisserman, 2015) with batch normalisation. Variables are named
 * and shaped as in torchvision's checkpoints; for small images one linear layer, {@code classifier}, takes the place
 * of three.
 */
final class Vgg {
    private static final long POOL = 0;
    private static final long[] ELEVEN = {64, POOL, 128, POOL, 256, 256, POOL, 512, 512, POOL, 512, 512, POOL};

    private Vgg() {}

    /** Eleven layers with weights. */
    static Layer eleven(Images images) {
        Sequential features = Sequential.empty().then("features", features());
        if (images.small()) {
            return features.then("flatten", flatten()).then("classifier", linear(images.classes()));
        }
        return features.then("avgpool", adaptiveAvgPool(7)).then("flatten", flatten())
                .then("classifier", Sequential.of(List.of(
                        head(4096), relu(), dropout(0.5), head(4096), relu(), dropout(0.5), head(images.classes()))));
    }

    private static Layer features() {
        List<Layer> layers = new ArrayList<>();
        for (long channels : ELEVEN) {
            if (channels == POOL) {
                layers.add(maxPool(2));
            } else {
                layers.add(conv2d(channels, 3).padding(1).initializer(Initializers.heNormalFanOut()));
                layers.add(batchNorm());
                layers.add(relu());
            }
        }
        return Sequential.of(layers);
    }

    private static Layer head(long outputs) {
        return new Dense(outputs, Bias.WITH, Initializers.normal(0.01));
    }
}
