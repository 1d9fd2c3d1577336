package dev.gatun.graph;

import dev.gatun.options.NamePattern;
import java.util.List;
import java.util.stream.Stream;

/**
 * The precision of each layer.
 *
 * @param precision  precision of all layers but the exceptions
 * @param exceptions names of layers that compute in f32, with all the layers inside them; {@code *} matches any
 *                   characters: {@code fc}, {@code layer1}, {@code *.attention}
 */
public record PrecisionPolicy(Precision precision, List<String> exceptions) {
    /** f32 for all layers. */
    public static final PrecisionPolicy F32 = new PrecisionPolicy(Precision.F32, List.of());

    public PrecisionPolicy {
        exceptions = List.copyOf(exceptions);
        if (exceptions.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("an exception from " + precision.lowerCase()
                    + " without a name of a layer");
        }
        if (precision == Precision.F32 && !exceptions.isEmpty()) {
            throw new IllegalArgumentException("exceptions " + exceptions
                    + " from f32 mean nothing: exceptions compute in f32");
        }
    }

    /** Returns a policy of one precision for all layers. */
    public static PrecisionPolicy of(Precision precision) {
        return new PrecisionPolicy(precision, List.of());
    }

    /**
     * Parses the result of {@link #toString}.
     *
     * @throws IllegalArgumentException when it is nothing of the kind
     */
    public static PrecisionPolicy parse(String text) {
        String[] parts = text.split(" except ", 2);
        Precision precision = Stream.of(Precision.values()).filter(each -> each.lowerCase().equals(parts[0]))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("no precision \""
                        + parts[0].substring(0, Math.min(60, parts[0].length())) + "\""));
        return new PrecisionPolicy(precision, parts.length == 1 ? List.of() : List.of(parts[1].split(", ", -1)));
    }

    /** Returns a copy with more layers in f32. */
    public PrecisionPolicy except(String... layers) {
        return new PrecisionPolicy(precision, Stream.concat(exceptions.stream(), Stream.of(layers)).toList());
    }

    /** Returns whether the name of a layer matches an exception. */
    public boolean isException(String layer) {
        return exceptions.stream().anyMatch(exception -> matches(exception, layer));
    }

    /** Whether a name is one that an exception means, or of something inside such a layer. */
    static boolean matches(String exception, String layer) {
        return NamePattern.of(exception).matcher(layer).matches()
                || NamePattern.of(exception + ".*").matcher(layer).matches();
    }

    @Override
    public String toString() {
        return precision.lowerCase() + (exceptions.isEmpty() ? "" : " except " + String.join(", ", exceptions));
    }
}
