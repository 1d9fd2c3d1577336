package dev.gatun.model;

import static dev.gatun.model.Convolutions.convolution;
import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.globalAvgPool;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.maxPool;
import static dev.gatun.nn.Layers.relu;

import dev.gatun.nn.Layer;
import dev.gatun.nn.Residual;
import dev.gatun.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual networks (He et al., 2016), with squeeze and excitation (Hu et al., 2018) or without. Variables are named
 * and shaped as in torchvision's checkpoints, those with squeeze and excitation as in timm's.
 */
final class ResNets {
    private ResNets() {}

    /** What a residual is made of. */
    enum Block {
        /** Two convolutions of 3x3. */
        BASIC(1, "bn2"),
        /** A convolution of 3x3 between two of 1x1, the last of which has four times the channels. */
        BOTTLENECK(4, "bn3");

        private final long expansion;
        private final String last;

        Block(long expansion, String last) {
            this.expansion = expansion;
            this.last = last;
        }

        /** Whether a variable scales what the last convolution of a residual gives. */
        boolean isLastScale(String variable) {
            return variable.matches("layer\\d+\\.\\d+\\." + last + "\\.weight");
        }
    }

    /** Whether each residual weighs its channels. */
    enum Excitation { NONE, SQUEEZE }

    /** The network of 18 to 152 layers for photographs: stages of 64, 128, 256 and 512 channels. */
    static Layer imageNet(Images images, Block block, Excitation excitation, int... depths) {
        Sequential stem = images.small()
                ? Sequential.empty()
                        .then("conv1", convolution(64, 3, 1)).then("bn1", batchNorm()).then("relu", relu())
                : Sequential.empty()
                        .then("conv1", convolution(64, 7, 2)).then("bn1", batchNorm()).then("relu", relu())
                        .then("maxpool", maxPool(3).stride(2).padding(1));
        return stages(stem, 64, block, excitation, depths)
                .then("avgpool", globalAvgPool()).then("flatten", flatten())
                .then("fc", linear(images.classes()));
    }

    /**
     * The network of {@code 6 n + 2} layers for CIFAR-10: three stages of {@code n} blocks with 16, 32 and 64
     * channels. Shortcuts between stages are convolutions of 1x1, as in the networks for photographs.
     */
    static Layer cifar(Images images, int n) {
        Sequential stem = Sequential.empty()
                .then("conv1", convolution(16, 3, 1)).then("bn1", batchNorm()).then("relu", relu());
        return stages(stem, 16, Block.BASIC, Excitation.NONE, n, n, n)
                .then("avgpool", globalAvgPool()).then("flatten", flatten())
                .then("fc", linear(images.classes()));
    }

    /** Each stage but the first halves the image and doubles the channels. */
    private static Sequential stages(
            Sequential stem, long channels, Block block, Excitation excitation, int... depths) {
        Sequential network = stem;
        long inputs = channels;
        for (int stage = 0; stage < depths.length; stage++) {
            long width = channels << stage;
            List<Layer> blocks = new ArrayList<>();
            for (int i = 0; i < depths[stage]; i++) {
                blocks.add(block(block, excitation, inputs, width, i == 0 && stage > 0 ? 2 : 1));
                inputs = width * block.expansion;
            }
            network = network.then("layer" + (stage + 1), Sequential.of(blocks));
        }
        return network;
    }

    private static Layer block(Block block, Excitation excitation, long inputs, long width, long stride) {
        long outputs = width * block.expansion;
        Sequential body = switch (block) {
            case BASIC -> Sequential.empty()
                    .then("conv1", convolution(width, 3, stride)).then("bn1", batchNorm()).then("relu1", relu())
                    .then("conv2", convolution(width, 3, 1)).then("bn2", batchNorm());
            case BOTTLENECK -> Sequential.empty()
                    .then("conv1", convolution(width, 1, 1)).then("bn1", batchNorm()).then("relu1", relu())
                    .then("conv2", convolution(width, 3, stride)).then("bn2", batchNorm()).then("relu2", relu())
                    .then("conv3", convolution(outputs, 1, 1)).then("bn3", batchNorm());
        };
        Layer residual = switch (excitation) {
            case NONE -> body;
            case SQUEEZE -> body.then("se", SqueezeExcitation.sixteenth(outputs));
        };
        return new Residual(residual, stride == 1 && inputs == outputs
                ? null
                : Sequential.of(List.of(convolution(outputs, 1, stride), batchNorm())));
    }
}
