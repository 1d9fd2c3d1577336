package dev.gatun.model;

import static dev.gatun.model.Convolutions.convolution;
import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.globalAvgPool;
import static dev.gatun.nn.Layers.relu6;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Bias;
import dev.gatun.nn.Conv;
import dev.gatun.nn.Dense;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Layers;
import dev.gatun.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * Inverted residuals with depthwise convolutions (Sandler et al., 2018). Variables are named and shaped as in
 * torchvision's checkpoints. The small stem keeps the size where the standard one first halves it twice.
 */
final class MobileNetV2 {
    /** Blocks of one width. */
    private record Stage(long expansion, long channels, int blocks, long stride) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 16, 1, 1), new Stage(6, 24, 2, 2), new Stage(6, 32, 3, 2), new Stage(6, 64, 4, 2),
            new Stage(6, 96, 3, 1), new Stage(6, 160, 3, 2), new Stage(6, 320, 1, 1));
    private static final long LAST = 1280;

    private MobileNetV2() {}

    static Layer network(Images images) {
        return network(images, 0.2);
    }

    static Layer network(Images images, double dropout) {
        List<Layer> features = new ArrayList<>();
        long inputs = 32;
        features.add(normal(convolution(inputs, 3, images.small() ? 1 : 2)));
        for (int i = 0; i < STAGES.size(); i++) {
            Stage stage = STAGES.get(i);
            for (int block = 0; block < stage.blocks; block++) {
                long stride = block > 0 || (images.small() && i == 1) ? 1 : stage.stride;
                features.add(block(inputs, stage, stride));
                inputs = stage.channels;
            }
        }
        features.add(normal(convolution(LAST, 1, 1)));
        return Sequential.empty().then("features", Sequential.of(features))
                .then("avgpool", globalAvgPool()).then("flatten", flatten())
                .then("classifier", Sequential.of(List.of(Layers.dropout(dropout),
                        new Dense(images.classes(), Bias.WITH, Initializers.normal(0.01)))));
    }

    /** Wider, a convolution of each channel alone, narrower; without an activation at its end. */
    private static Layer block(long inputs, Stage stage, long stride) {
        long hidden = inputs * stage.expansion;
        List<Layer> layers = new ArrayList<>();
        if (stage.expansion > 1) {
            layers.add(normal(convolution(hidden, 1, 1)));
        }
        layers.add(normal(convolution(hidden, 3, stride).groups(hidden)));
        layers.add(convolution(stage.channels, 1, 1));
        layers.add(batchNorm());
        Layer body = Sequential.empty().then("conv", Sequential.of(layers));
        return stride == 1 && inputs == stage.channels ? new Skip(body) : body;
    }

    /** {@code x + body(x)}. */
    private record Skip(Layer body) implements Layer {
        @Override
        public Value apply(GraphBuilder graph, String name, Value input) {
            return Functions.add(graph, name + ".add", input, body.apply(graph, name, input));
        }
    }

    private static Layer normal(Conv convolution) {
        return Sequential.of(List.of(convolution, batchNorm(), relu6()));
    }
}
