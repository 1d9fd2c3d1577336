package dev.gatun.model;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.globalAvgPool;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.maxPool;
import static dev.gatun.nn.Layers.relu;

import dev.gatun.nn.Conv;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Residual;
import dev.gatun.nn.Sequential;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The models by name. */
public final class Models {
    private Models() {}

    /** Builds a model for images of a size. */
    @FunctionalInterface
    private interface Family {
        Model build(int channels, int height, int width, int classes);
    }

    private static final Map<String, Family> FAMILIES =
            new TreeMap<>(Map.of("lenet", Models::lenet, "mlp", Models::mlp, "resnet18", Models::resnet18));

    /** The names, sorted. */
    public static List<String> names() {
        return List.copyOf(FAMILIES.keySet());
    }

    /**
     * A model by name.
     *
     * @throws IllegalArgumentException for an unknown name, or images the model cannot read
     */
    public static Model create(String name, int channels, int height, int width, int classes) {
        Family family = FAMILIES.get(name);
        if (family == null) {
            throw new IllegalArgumentException("there is no model \"" + name + "\", only " + names());
        }
        return family.build(channels, height, width, classes);
    }

    /**
     * LeNet-5 (LeCun et al., 1998) as it is built today: two convolutions of 5x5 with ReLU and max pooling, then layers
     * of 120 and 84. The first convolution is padded, so that 28x28 images fill the original's 32x32 field.
     */
    public static Model lenet(int channels, int height, int width, int classes) {
        if (height < 12 || width < 12) {
            throw new IllegalArgumentException("lenet needs images of at least 12x12, got " + height + "x" + width);
        }
        return new Model("lenet", channels, height, width, classes, Sequential.empty()
                .then("conv1", conv2d(6, 5).padding(2)).then("relu1", relu()).then("pool1", maxPool(2))
                .then("conv2", conv2d(16, 5)).then("relu2", relu()).then("pool2", maxPool(2))
                .then("flatten", flatten())
                .then("fc1", linear(120)).then("relu3", relu())
                .then("fc2", linear(84)).then("relu4", relu())
                .then("fc3", linear(classes)));
    }

    /** A multi-layer perceptron with hidden layers of 256 and 128. */
    public static Model mlp(int channels, int height, int width, int classes) {
        return new Model("mlp", channels, height, width, classes, Sequential.empty()
                .then("flatten", flatten())
                .then("fc1", linear(256)).then("relu1", relu())
                .then("fc2", linear(128)).then("relu2", relu())
                .then("fc3", linear(classes)));
    }

    /**
     * ResNet-18 (He et al., 2016) with the stem for small images: one 3x3 convolution and no pooling. Names follow
     * torchvision's checkpoints.
     */
    public static Model resnet18(int channels, int height, int width, int classes) {
        if (height < 8 || width < 8) {
            throw new IllegalArgumentException("resnet18 needs images of at least 8x8, got " + height + "x" + width);
        }
        return new Model("resnet18", channels, height, width, classes, Sequential.empty()
                .then("conv1", convolution(64, 3, 1)).then("bn1", batchNorm()).then("relu", relu())
                .then("layer1", stage(64, 64, 1))
                .then("layer2", stage(64, 128, 2))
                .then("layer3", stage(128, 256, 2))
                .then("layer4", stage(256, 512, 2))
                .then("avgpool", globalAvgPool()).then("flatten", flatten())
                .then("fc", linear(classes)));
    }

    private static Layer stage(long inputs, long channels, long stride) {
        return Sequential.of(List.of(block(inputs, channels, stride), block(channels, channels, 1)));
    }

    private static Layer block(long inputs, long channels, long stride) {
        Layer body = Sequential.empty()
                .then("conv1", convolution(channels, 3, stride)).then("bn1", batchNorm()).then("relu1", relu())
                .then("conv2", convolution(channels, 3, 1)).then("bn2", batchNorm());
        return new Residual(body, stride == 1 && inputs == channels
                ? null
                : Sequential.of(List.of(convolution(channels, 1, stride), batchNorm())));
    }

    private static Conv convolution(long channels, long kernel, long stride) {
        return conv2d(channels, kernel).stride(stride).padding(kernel / 2).withoutBias()
                .initializer(Initializers.heNormalFanOut());
    }
}
