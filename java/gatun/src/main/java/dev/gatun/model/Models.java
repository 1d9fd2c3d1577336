package dev.gatun.model;

import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.maxPool;
import static dev.gatun.nn.Layers.relu;

import dev.gatun.model.ResNets.Block;
import dev.gatun.model.ResNets.Excitation;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Sequential;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The model zoo by name. */
public final class Models {
    /**
     * Models of one kind.
     *
     * @param source  who described it
     * @param least   height and width of the smallest images
     * @param stems   how it may begin
     * @param network for images of at least that size
     * @param block   what its residuals are, where they end in a normalisation
     */
    private record Family(
            String source, int least, Stems stems, Function<Images, Layer> network, Optional<Block> block) {
        Family(String source, int least, Stems stems, Function<Images, Layer> network) {
            this(source, least, stems, network, Optional.empty());
        }

        /** A residual network with the stem of photographs. */
        static Family residual(String source, Block block, Excitation excitation, int... depths) {
            return new Family(source, 8, Stems.TWO, images -> ResNets.imageNet(images, block, excitation, depths),
                    Optional.of(block));
        }

        /** A residual network for CIFAR-10. */
        static Family cifar(int n) {
            return new Family("He et al., 2016", 8, Stems.ONE, images -> ResNets.cifar(images, n),
                    Optional.of(Block.BASIC));
        }
    }

    private enum Stems { ONE, TWO }

    private static final Map<String, Family> FAMILIES = new TreeMap<>(Map.ofEntries(
            Map.entry("lenet", new Family("LeCun et al., 1998", 12, Stems.ONE, Models::lenet)),
            Map.entry("mlp", new Family("two hidden layers", 1, Stems.ONE, Models::mlp)),
            Map.entry("mobilenet_v2", new Family("Sandler et al., 2018", 8, Stems.TWO, MobileNetV2::network)),
            Map.entry("resnet18", Family.residual(
                    "He et al., 2016", Block.BASIC, Excitation.NONE, 2, 2, 2, 2)),
            Map.entry("resnet34", Family.residual(
                    "He et al., 2016", Block.BASIC, Excitation.NONE, 3, 4, 6, 3)),
            Map.entry("resnet50", Family.residual(
                    "He et al., 2016", Block.BOTTLENECK, Excitation.NONE, 3, 4, 6, 3)),
            Map.entry("resnet20", Family.cifar(3)),
            Map.entry("resnet32", Family.cifar(5)),
            Map.entry("resnet56", Family.cifar(9)),
            Map.entry("seresnet18", Family.residual(
                    "Hu et al., 2018", Block.BASIC, Excitation.SQUEEZE, 2, 2, 2, 2)),
            Map.entry("seresnet50", Family.residual(
                    "Hu et al., 2018", Block.BOTTLENECK, Excitation.SQUEEZE, 3, 4, 6, 3)),
            Map.entry("vgg11_bn", new Family("Simonyan and Zisserman, 2015", 32, Stems.TWO, Vgg::eleven)),
            Map.entry("vit_tiny", new Family("Touvron et al., 2021", 8, Stems.TWO, VisionTransformers::tiny)),
            Map.entry("wrn16_2", new Family("Zagoruyko and Komodakis, 2016", 8, Stems.ONE,
                    i -> WideResNets.network(i, 16, 2))),
            Map.entry("wrn40_2", new Family("Zagoruyko and Komodakis, 2016", 8, Stems.ONE,
                    i -> WideResNets.network(i, 40, 2)))));

    private Models() {}

    /** Returns the names, sorted. */
    public static List<String> names() {
        return List.copyOf(FAMILIES.keySet());
    }

    /**
     * Returns the publication that describes a model, or a short description: {@code He et al., 2016}.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public static String source(String name) {
        return family(name).source;
    }

    /**
     * Returns the stem that a model uses for images of a size; empty if it has one only.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public static Optional<Stem> stem(String name, int height, int width, Stem wanted) {
        return family(name).stems == Stems.ONE ? Optional.empty() : Optional.of(wanted.decide(height, width));
    }

    /**
     * Creates a model by name, with the usual stem for images of that size.
     *
     * @throws IllegalArgumentException for an unknown name, or images the model cannot read
     */
    public static Model create(String name, int channels, int height, int width, int classes) {
        return create(name, channels, height, width, classes, Stem.AUTO);
    }

    /**
     * Creates a model by name.
     *
     * @param stem stem of the network; {@code lenet}, {@code mlp}, and the residual networks for small images support
     *             {@link Stem#AUTO} only
     * @throws IllegalArgumentException for an unknown name, or images the model cannot read
     */
    public static Model create(String name, int channels, int height, int width, int classes, Stem stem) {
        Family family = family(name);
        if (family.stems == Stems.ONE && stem != Stem.AUTO) {
            throw new IllegalArgumentException(name + " begins in one way only: leave out the stem");
        }
        Images images = new Images(channels, height, width, classes, stem.decide(height, width) == Stem.SMALL);
        images.atLeast(name, family.least);
        return new Model(name, channels, height, width, classes, family.network.apply(images));
    }

    /** Whether the residuals of a model end in a normalisation, which {@link #zeroLastGamma} changes. */
    public static boolean hasLastGamma(String name) {
        return family(name).block.isPresent();
    }

    /**
     * A residual network whose blocks begin as if they were not there: the scale of the last normalisation of each
     * residual is zero (Goyal et al., 2017; torchvision's {@code zero_init_residual}).
     *
     * @throws IllegalArgumentException for a model whose residuals do not end in a normalisation
     */
    public static Model zeroLastGamma(Model model) {
        Block block = family(model.name()).block.orElseThrow(() -> new IllegalArgumentException(
                model.name() + " has no residuals that end in a normalisation: leave its scales as they are"));
        return new Model(model.name(), model.channels(), model.height(), model.width(), model.classes(),
                (graph, name, input) -> graph.changing(variable -> block.isLastScale(variable.name())
                        ? variable.with(Initializers.constant(0)) : variable,
                        () -> model.network().apply(graph, name, input)));
    }

    private static Family family(String name) {
        Family family = FAMILIES.get(name);
        if (family == null) {
            throw new IllegalArgumentException("there is no model \"" + name + "\", only " + names());
        }
        return family;
    }

    /**
     * Returns LeNet-5 (LeCun et al., 1998) in its current form: two convolutions of 5x5 with ReLU and max pooling, then
     * layers of 120 and 84. The first convolution is padded, so that 28x28 images fill the original's 32x32 field.
     */
    public static Model lenet(int channels, int height, int width, int classes) {
        return create("lenet", channels, height, width, classes);
    }

    private static Layer lenet(Images images) {
        return Sequential.empty()
                .then("conv1", conv2d(6, 5).padding(2)).then("relu1", relu()).then("pool1", maxPool(2))
                .then("conv2", conv2d(16, 5)).then("relu2", relu()).then("pool2", maxPool(2))
                .then("flatten", flatten())
                .then("fc1", linear(120)).then("relu3", relu())
                .then("fc2", linear(84)).then("relu4", relu())
                .then("fc3", linear(images.classes()));
    }

    /** Returns a multi-layer perceptron with hidden layers of 256 and 128. */
    public static Model mlp(int channels, int height, int width, int classes) {
        return create("mlp", channels, height, width, classes);
    }

    private static Layer mlp(Images images) {
        return Sequential.empty()
                .then("flatten", flatten())
                .then("fc1", linear(256)).then("relu1", relu())
                .then("fc2", linear(128)).then("relu2", relu())
                .then("fc3", linear(images.classes()));
    }

    /** Returns ResNet-18 (He et al., 2016), with torchvision's variable names. */
    public static Model resnet18(int channels, int height, int width, int classes) {
        return create("resnet18", channels, height, width, classes);
    }
}
