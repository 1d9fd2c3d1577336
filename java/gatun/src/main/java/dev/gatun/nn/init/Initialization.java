package dev.gatun.nn.init;

import dev.gatun.graph.Initializer;
import dev.gatun.graph.Variable;
import dev.gatun.nn.Initializers.Fan;
import dev.gatun.nn.Layer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How the weights of a model begin: those of convolutions and linear layers, which are the variables of two dimensions
 * or more whose name ends in {@code weight}. Biases, normalisations and tokens begin as the model says.
 *
 * @param scheme the distribution
 * @param number its gain, standard deviation or value
 * @param fan    along which variance is kept, for the schemes that choose
 */
public record Initialization(Scheme scheme, double number, Fan fan) {
    /** As the model describes it. */
    public static final Initialization DEFAULT = of(Scheme.DEFAULT);

    private static final String MODE = "mode";
    private static final String FAN = "fan_";

    /** @throws IllegalArgumentException when the number is none that the scheme takes */
    public Initialization {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException(
                    "initialisation: the " + scheme.key() + " must be finite, got " + number);
        }
        scheme.initializer(number, fan); // refuses what it cannot take
    }

    /** A scheme with its usual number, along the inputs. */
    public static Initialization of(Scheme scheme) {
        return new Initialization(scheme, scheme.usual(), Fan.IN);
    }

    /**
     * Reads what people write: {@code default}, {@code orthogonal}, {@code kaiming-normal:mode=fan_out,gain=1}.
     *
     * @throws IllegalArgumentException with one line that names what would do
     */
    public static Initialization parse(String text) {
        int colon = text.indexOf(':');
        String word = (colon < 0 ? text : text.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
        Scheme scheme = Arrays.stream(Scheme.values()).filter(each -> each.word().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown initialisation \"" + shorten(word)
                        + "\"; there are " + String.join(", ", Scheme.words())));
        Initialization read = of(scheme);
        for (String pair : colon < 0 ? new String[0] : text.substring(colon + 1).split(",", -1)) {
            read = read.with(pair);
        }
        return read;
    }

    private Initialization with(String pair) {
        String[] parts = pair.split("=", 2);
        String key = parts[0].strip();
        if (parts.length == 2 && key.equals(scheme.key())) {
            return new Initialization(scheme, number(parts[1].strip()), fan);
        }
        if (parts.length == 2 && key.equals(MODE) && scheme.hasMode()) {
            return new Initialization(scheme, number, mode(parts[1].strip()));
        }
        throw new IllegalArgumentException(scheme.word() + ": \"" + shorten(pair) + "\" is none of its options" + (
                scheme.key().isEmpty() ? ": it has none" : ": " + scheme.key() + "="
                        + (scheme.hasMode() ? " and mode=fan_in or mode=fan_out" : "")));
    }

    private double number(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(scheme.word() + ": \"" + shorten(value) + "\" is no number", e);
        }
    }

    private Fan mode(String value) {
        return Arrays.stream(Fan.values()).filter(each -> word(each).equals(value)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(scheme.word() + ": \"" + shorten(value)
                        + "\" is no mode; there are fan_in and fan_out"));
    }

    /** What somebody wrote, for a message of one line. */
    private static String shorten(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }

    private static String word(Fan fan) {
        return FAN + fan.name().toLowerCase(Locale.ROOT);
    }

    /** What {@link #parse} reads, complete. */
    public String text() {
        return scheme.word() + (scheme.key().isEmpty() ? "" : ":" + scheme.key() + "=" + number)
                + (scheme.hasMode() ? "," + MODE + "=" + word(fan) : "");
    }

    /** A layer whose weights begin so. */
    public Layer of(Layer layer) {
        Optional<Initializer> start = scheme.initializer(number, fan);
        return start.isEmpty() ? layer
                : (graph, name, input) -> graph.changing(variable -> isWeight(variable)
                        ? variable.with(start.get()) : variable, () -> layer.apply(graph, name, input));
    }

    private static boolean isWeight(Variable variable) {
        return variable.kind() == Variable.Kind.WEIGHT && variable.shape().rank() >= 2
                && variable.name().endsWith("weight");
    }
}
