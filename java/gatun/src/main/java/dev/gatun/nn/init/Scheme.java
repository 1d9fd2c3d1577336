package dev.gatun.nn.init;

import dev.gatun.graph.Initializer;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.Initializers.Fan;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The ways to begin, each with a number of its own. */
public enum Scheme {
    /** As the model describes it: what PyTorch, torchvision or timm begin it with. */
    DEFAULT("", 0),
    /** Uniform, with the variance of 2 / (fan in + fan out) at gain 1 (Glorot and Bengio, 2010). */
    XAVIER_UNIFORM("gain", 1),
    /** The same, normal. */
    XAVIER_NORMAL("gain", 1),
    /** Uniform, with the variance of gain^2 / fan; the gain of ReLU unless it is given (He et al., 2015). */
    KAIMING_UNIFORM("gain", Math.sqrt(2)),
    /** The same, normal. */
    KAIMING_NORMAL("gain", Math.sqrt(2)),
    /** Rows or columns at right angles, of the length of the gain (Saxe et al., 2014). */
    ORTHOGONAL("gain", 1),
    /** Normal with a standard deviation, within two of them. */
    TRUNCATED_NORMAL("std", 0.02),
    /** All equal. */
    CONSTANT("value", 0);

    private static final double DEVIATIONS = 2;

    private final String key;
    private final double usual;

    Scheme(String key, double usual) {
        this.key = key;
        this.usual = usual;
    }

    /** What its number is called; empty where it has none. */
    String key() {
        return key;
    }

    /** Its number unless another is given. */
    double usual() {
        return usual;
    }

    /** Whether it keeps the variance along one of two fans. */
    boolean hasMode() {
        return switch (this) {
            case KAIMING_UNIFORM, KAIMING_NORMAL -> true;
            case DEFAULT, XAVIER_UNIFORM, XAVIER_NORMAL, ORTHOGONAL, TRUNCATED_NORMAL, CONSTANT -> false;
        };
    }

    /** How a weight begins; empty for as the model says. */
    Optional<Initializer> initializer(double number, Fan fan) {
        return switch (this) {
            case DEFAULT -> Optional.empty();
            case XAVIER_UNIFORM -> Optional.of(Initializers.xavierUniform(number));
            case XAVIER_NORMAL -> Optional.of(Initializers.xavierNormal(number));
            case KAIMING_UNIFORM -> Optional.of(Initializers.kaimingUniform(fan, number));
            case KAIMING_NORMAL -> Optional.of(Initializers.kaimingNormal(fan, number));
            case ORTHOGONAL -> Optional.of(Initializers.orthogonal(number));
            case TRUNCATED_NORMAL -> Optional.of(Initializers.truncatedNormal(number, DEVIATIONS));
            case CONSTANT -> Optional.of(Initializers.constant((float) number));
        };
    }

    /** {@code kaiming-normal}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All words. */
    static List<String> words() {
        return Arrays.stream(values()).map(Scheme::word).toList();
    }
}
