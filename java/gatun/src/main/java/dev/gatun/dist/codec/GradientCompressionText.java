package dev.gatun.dist.codec;

import dev.gatun.dist.codec.GradientCompression.Bf16;
import dev.gatun.dist.codec.GradientCompression.F16;
import dev.gatun.dist.codec.GradientCompression.None;
import dev.gatun.dist.codec.GradientCompression.PowerSgd;
import dev.gatun.dist.codec.GradientCompression.RandomK;
import dev.gatun.dist.codec.GradientCompression.Sign;
import dev.gatun.dist.codec.GradientCompression.TopK;
import dev.gatun.options.Suggestion;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** {@link GradientCompression} as text and back: a name, then options behind a colon, {@code top-k:fraction=0.01}. */
public final class GradientCompressionText {
    private static final double FRACTION = 0.01;
    private static final long SEED = 1;

    /** How the text of one kind is read. */
    private record Kind(String name, List<String> keys, Function<Values, GradientCompression> make) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("none", List.of(), _ -> new None()),
            new Kind("bf16", List.of(), _ -> new Bf16()),
            new Kind("f16", List.of(), _ -> new F16()),
            new Kind("top-k", List.of("fraction"), values -> new TopK(values.number("fraction", FRACTION))),
            new Kind("random-k", List.of("fraction", "seed"),
                    values -> new RandomK(values.number("fraction", FRACTION), values.whole("seed", SEED))),
            new Kind("power-sgd", List.of("rank", "min-rate", "iterations", "start"), Values::powerSgd),
            new Kind("sign", List.of("scale"), values -> new Sign(values.scale())));

    private GradientCompressionText() {}

    /** Returns the names of all kinds. */
    public static List<String> names() {
        return KINDS.stream().map(Kind::name).toList();
    }

    /** Returns the text that {@link #parse} reads as the same compression, with all its options. */
    public static String of(GradientCompression compression) {
        return compression.name() + switch (compression) {
            case None _, Bf16 _, F16 _ -> "";
            case TopK(double fraction) -> ":fraction=" + decimal(fraction);
            case RandomK(double fraction, long seed) -> ":fraction=" + decimal(fraction) + ",seed=" + seed;
            case PowerSgd(int rank, double minRate, int iterations, long start) -> ":rank=" + rank + ",min-rate="
                    + decimal(minRate) + ",iterations=" + iterations + ",start=" + start;
            case Sign(Sign.Scale scale) -> ":scale=" + word(scale);
        };
    }

    private static String decimal(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static String word(Sign.Scale scale) {
        return scale.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a compression; options that are left out are 1% for a fraction, 1 for a seed, the mean for a scale, and
     * those of {@link PowerSgd#DEFAULTS}.
     *
     * @throws IllegalArgumentException with one line that names the part that is wrong and what would be right
     */
    public static GradientCompression parse(String text) {
        int colon = text.indexOf(':');
        String name = (colon < 0 ? text : text.substring(0, colon)).strip();
        Kind kind = KINDS.stream().filter(each -> each.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no compression of gradients named \"" + name
                        + "\"" + Suggestion.of(name, names())));
        return kind.make().apply(Values.read(kind, colon < 0 ? "" : text.substring(colon + 1)));
    }

    /** The options of one text. */
    private record Values(Kind kind, Map<String, String> byKey) {
        static Values read(Kind kind, String text) {
            Values values = new Values(kind, new LinkedHashMap<>());
            for (String part : text.isBlank() ? List.<String>of() : List.of(text.split(",", -1))) {
                int equals = part.indexOf('=');
                String key = (equals < 0 ? part : part.substring(0, equals)).strip();
                if (!kind.keys().contains(key)) {
                    throw values.wrong("there is no \"" + key + "\""
                            + (kind.keys().isEmpty() ? ", it has no options" : Suggestion.of(key, kind.keys())));
                }
                if (equals < 0) {
                    throw values.wrong(key + " has no value, write " + key + "=...");
                }
                if (values.byKey.put(key, part.substring(equals + 1).strip()) != null) {
                    throw values.wrong("\"" + key + "\" is given twice");
                }
            }
            return values;
        }

        PowerSgd powerSgd() {
            PowerSgd usual = PowerSgd.DEFAULTS;
            return new PowerSgd((int) whole("rank", usual.rank()), number("min-rate", usual.minRate()),
                    (int) whole("iterations", usual.iterations()), whole("start", usual.start()));
        }

        double number(String key, double usual) {
            String value = byKey.getOrDefault(key, decimal(usual));
            if (!value.matches("\\d{1,20}(\\.\\d{1,20})?([eE][+-]?\\d{1,3})?")) {
                throw wrong(key + " is a number, not \"" + value + "\"");
            }
            return Double.parseDouble(value);
        }

        long whole(String key, long usual) {
            String value = byKey.getOrDefault(key, Long.toString(usual));
            if (!value.matches("\\d{1,9}")) {
                throw wrong(key + " is a whole number of at most 9 digits, not \"" + value + "\"");
            }
            return Long.parseLong(value);
        }

        Sign.Scale scale() {
            String value = byKey.getOrDefault("scale", word(Sign.Scale.MEAN));
            for (Sign.Scale scale : Sign.Scale.values()) {
                if (word(scale).equals(value)) {
                    return scale;
                }
            }
            throw wrong("scale is mean or none, not \"" + value + "\"");
        }

        IllegalArgumentException wrong(String problem) {
            return new IllegalArgumentException(kind.name() + ": " + problem);
        }
    }
}
