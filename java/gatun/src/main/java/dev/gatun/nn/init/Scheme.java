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
    DEFAULT("", 0, List.of(), (_, _) -> Optional.empty()),
    /** Uniform, with the variance of 2 / (fan in + fan out) at gain 1 (Glorot and Bengio, 2010). */
    XAVIER_UNIFORM("gain", 1, List.of(), (gain, _) -> Optional.of(Initializers.xavierUniform(gain))),
    /** The same, normal. */
    XAVIER_NORMAL("gain", 1, List.of(), (gain, _) -> Optional.of(Initializers.xavierNormal(gain))),
    /** Uniform, with the variance of gain^2 / fan; the gain of ReLU unless it is given (He et al., 2015). */
    KAIMING_UNIFORM("gain", Math.sqrt(2), List.of(Fan.values()),
            (gain, fan) -> Optional.of(Initializers.kaimingUniform(fan, gain))),
    /** The same, normal. */
    KAIMING_NORMAL("gain", Math.sqrt(2), List.of(Fan.values()),
            (gain, fan) -> Optional.of(Initializers.kaimingNormal(fan, gain))),
    /** Rows or columns at right angles, of the length of the gain (Saxe et al., 2014). */
    ORTHOGONAL("gain", 1, List.of(), (gain, _) -> Optional.of(Initializers.orthogonal(gain))),
    /** Normal with a standard deviation, within two of them. */
    TRUNCATED_NORMAL("std", 0.02, List.of(), (std, _) -> Optional.of(Initializers.truncatedNormal(std, 2))),
    /** All equal. */
    CONSTANT("value", 0, List.of(), (value, _) -> Optional.of(Initializers.constant((float) value)));

    /** Makes the initialiser. */
    private interface Maker {
        Optional<Initializer> of(double number, Fan fan);
    }

    private final String key;
    private final double usual;
    private final List<Fan> modes;
    private final Maker maker;

    Scheme(String key, double usual, List<Fan> modes, Maker maker) {
        this.key = key;
        this.usual = usual;
        this.modes = modes;
        this.maker = maker;
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
        return !modes.isEmpty();
    }

    Optional<Initializer> initializer(double number, Fan fan) {
        return maker.of(number, fan);
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
