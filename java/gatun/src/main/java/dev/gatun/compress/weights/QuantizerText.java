package dev.gatun.compress.weights;

import dev.gatun.compress.weights.WeightQuantizer.Binary;
import dev.gatun.compress.weights.WeightQuantizer.DoReFa;
import dev.gatun.compress.weights.WeightQuantizer.Largest;
import dev.gatun.compress.weights.WeightQuantizer.PowerOfTwo;
import dev.gatun.compress.weights.WeightQuantizer.Ternary;
import dev.gatun.compress.weights.WeightQuantizer.TrainedTernary;
import dev.gatun.compress.weights.WeightQuantizer.ZeroOne;
import dev.gatun.options.Suggestion;
import java.util.List;

/** {@link WeightQuantizer} as text and back. */
final class QuantizerText {
    private static final List<String> NAMES =
            List.of("binary", "binary01", "ternary", "ttq", "pow2", "dorefa", "largest");

    private QuantizerText() {}

    static String of(WeightQuantizer quantizer) {
        return switch (quantizer) {
            case Binary() -> "binary";
            case ZeroOne(double threshold) -> "binary01:threshold=" + threshold;
            case Ternary(double threshold) -> "ternary:threshold=" + threshold;
            case TrainedTernary(double threshold) -> "ttq:threshold=" + threshold;
            case PowerOfTwo(int bits) -> "pow2:bits=" + bits;
            case DoReFa(int bits) -> "dorefa:bits=" + bits;
            case Largest(double share) -> "largest:share=" + share;
        };
    }

    static WeightQuantizer parse(String text) {
        String stripped = text.strip();
        int colon = stripped.indexOf(':');
        String name = colon < 0 ? stripped : stripped.substring(0, colon);
        String rest = colon < 0 ? "" : stripped.substring(colon + 1);
        if (colon >= 0 && rest.isEmpty()) {
            throw new IllegalArgumentException("weights: nothing follows the colon of \"" + stripped + "\"");
        }
        return switch (name) {
            case "binary" -> {
                if (!rest.isEmpty()) {
                    throw new IllegalArgumentException("weights: binary has no options, leave out \":" + rest + "\"");
                }
                yield new Binary();
            }
            case "binary01" -> new ZeroOne(decimal(name, rest, "threshold", 0));
            case "ternary" -> new Ternary(decimal(name, rest, "threshold", 0.7));
            case "ttq" -> new TrainedTernary(decimal(name, rest, "threshold", 0.05));
            case "pow2" -> new PowerOfTwo(bits(name, rest));
            case "dorefa" -> new DoReFa(bits(name, rest));
            case "largest" -> new Largest(decimal(name, rest, "share", 0.2));
            default -> throw new IllegalArgumentException("weights: there is no quantizer \"" + name + "\""
                    + Suggestion.of(name, NAMES));
        };
    }

    private static int bits(String name, String rest) {
        double bits = decimal(name, rest, "bits", 4);
        if (bits != Math.rint(bits) || Math.abs(bits) > Byte.MAX_VALUE) {
            throw new IllegalArgumentException("weights: the bits of " + name + " are a small whole number, not \""
                    + rest + "\"");
        }
        return (int) bits;
    }

    private static double decimal(String name, String rest, String key, double usual) {
        if (rest.isEmpty()) {
            return usual;
        }
        if (!rest.startsWith(key + "=")) {
            throw new IllegalArgumentException("weights: " + name + " has only the option " + key + ", write it as "
                    + name + ":" + key + "=" + (key.equals("bits") ? "4" : String.valueOf(usual)) + ", not \"" + rest
                    + "\"");
        }
        String value = rest.substring(key.length() + 1);
        if (!value.matches("-?\\d{1,9}(\\.\\d{1,17})?([eE]-?\\d{1,2})?")) {
            throw new IllegalArgumentException("weights: the " + key + " of " + name + ": a number wanted, got \""
                    + value + "\"");
        }
        return Double.parseDouble(value);
    }
}
