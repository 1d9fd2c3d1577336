package dev.gatun.bench;

import dev.gatun.graph.Precision;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import java.util.List;
import java.util.Locale;

/**
 * A training step that is timed beside a peer's.
 *
 * @param network a name of {@link Models}
 * @param size    height and width of the images
 */
record StepCase(String network, int size, int classes, int batch, Precision precision) {
    /** The steps of the table, small networks first. */
    static final List<StepCase> ALL = List.of(
            of("lenet", 28, 64), of("lenet", 28, 1), of("mlp", 28, 64),
            of("resnet18", 32, 64), of("resnet18", 32, 8), of("resnet18", 32, 1),
            of("resnet18", 32, 64).in(Precision.BF16), of("resnet18", 32, 8).in(Precision.BF16),
            of("resnet20", 32, 64), of("wrn16_2", 32, 64), of("vgg11_bn", 32, 64),
            of("resnet18", 224, 16), of("resnet50", 224, 16), of("mobilenet_v2", 224, 16), of("vit_tiny", 224, 16),
            of("resnet50", 224, 16).in(Precision.BF16), of("vit_tiny", 224, 16).in(Precision.BF16));

    private static StepCase of(String network, int size, int batch) {
        return new StepCase(network, size, size < 64 ? 10 : 1000, batch, Precision.F32);
    }

    private StepCase in(Precision other) {
        return new StepCase(network, size, classes, batch, other);
    }

    /** {@code NETWORK SIZE CLASSES BATCH PRECISION}, as {@link #toString} writes it with slashes between. */
    static StepCase parse(String... words) {
        return new StepCase(words[0], Integer.parseInt(words[1]), Integer.parseInt(words[2]),
                Integer.parseInt(words[3]), Precision.valueOf(words[4].toUpperCase(Locale.ROOT)));
    }

    Model model() {
        return Models.create(network, network.equals("lenet") || network.equals("mlp") ? 1 : 3, size, size, classes);
    }

    /** Whether two programs with the same weights agree on the first loss only roughly. */
    boolean isRough() {
        return precision != Precision.F32 || network.startsWith("mobilenet") || network.startsWith("vgg") && size > 32;
    }

    String precisionName() {
        return precision.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return network + "/" + size + "/" + classes + "/" + batch + "/" + precisionName();
    }
}
