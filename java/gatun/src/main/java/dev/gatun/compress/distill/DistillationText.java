package dev.gatun.compress.distill;

import dev.gatun.options.Suggestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Distillations as text and back. */
final class DistillationText {
    private static final String LABELS = "labels";
    private static final String CACHED = "cached";
    private static final String WEIGHT = "weight";
    private static final String LAYERS = "layers";
    private static final String NONE = "none";

    private DistillationText() {}

    /** A part between two plus signs: a word and its settings. */
    private record Part(String word, Map<String, String> settings) {
        static Part read(String text) {
            String[] pieces = text.strip().split(":", -1);
            Map<String, String> settings = new LinkedHashMap<>();
            for (String piece : Arrays.asList(pieces).subList(1, pieces.length)) {
                int equals = piece.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException(pieces[0] + ": expected key=value after a colon, got \""
                            + piece + "\"");
                }
                if (settings.put(piece.substring(0, equals).strip(), piece.substring(equals + 1).strip()) != null) {
                    throw new IllegalArgumentException(pieces[0] + ": " + piece.substring(0, equals)
                            + " stands twice");
                }
            }
            return new Part(pieces[0].strip(), settings);
        }

        void check(List<String> keys) {
            for (String key : settings.keySet()) {
                if (!keys.contains(key)) {
                    throw new IllegalArgumentException(word + ": there is no setting \"" + key + "\""
                            + (keys.isEmpty() ? "" : Suggestion.of(key, keys)));
                }
            }
        }

        double number(String key, double otherwise) {
            String text = settings.get(key);
            return text == null ? otherwise : Numbers.parse(word + ": " + key, text);
        }

        int count(String key, int otherwise) {
            String text = settings.get(key);
            return text == null ? otherwise : Numbers.count(word + ": " + key, text);
        }

        Ramp weight() {
            String text = settings.get(WEIGHT);
            return text == null ? Ramp.ONE : Ramp.parse(text);
        }

        List<LayerPair> layers() {
            String text = settings.get(LAYERS);
            return text == null ? List.of() : Stream.of(text.split(",", -1)).map(LayerPair::parse).toList();
        }
    }

    static Distillation parse(String text) {
        if (text.strip().equals(NONE)) {
            return Distillation.NONE;
        }
        Ramp labels = null;
        boolean cached = false;
        List<Term> terms = new ArrayList<>();
        for (String each : text.split("\\+", -1)) {
            Part part = Part.read(each);
            switch (part.word) {
                case LABELS -> {
                    part.check(List.of(WEIGHT));
                    if (labels != null) {
                        throw new IllegalArgumentException("the weight of the labels stands twice");
                    }
                    labels = part.weight();
                }
                case CACHED -> {
                    part.check(List.of());
                    cached = true;
                }
                default -> terms.add(term(part));
            }
        }
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to distil by: name a method, such as kd:t=4");
        }
        return new Distillation(labels == null ? Ramp.ONE : labels, cached ? Distillation.Source.CACHED
                : Distillation.Source.COMPUTED, terms);
    }

    private static Term term(Part part) {
        List<String> words = Stream.concat(Stream.of(LABELS, CACHED), Arrays.stream(MethodKind.values())
                .map(MethodKind::word)).toList();
        MethodKind kind = Arrays.stream(MethodKind.values()).filter(each -> each.word().equals(part.word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no method \"" + part.word + "\""
                        + Suggestion.of(part.word, words)));
        List<String> keys = new ArrayList<>(kind.keys());
        keys.add(WEIGHT);
        if (kind.mostLayers() > 0) {
            keys.add(LAYERS);
        }
        part.check(keys);
        return new Term(method(kind, part), part.layers(), part.weight());
    }

    private static Method method(MethodKind kind, Part part) {
        return switch (kind) {
            case KD -> new SoftLabels(part.number("t", 4));
            case LOGITS -> new ScoreDistance();
            case HINT -> new Hint();
            case ATTENTION -> new AttentionTransfer(part.number("p", 2));
            case FLOW -> new SolutionFlow();
            case DISTANCE -> new RelationalDistance();
            case ANGLE -> new RelationalAngle();
            case SIMILARITY -> new SimilarityPreserving();
            case CORRELATION -> new CorrelationCongruence(part.number("gamma", 0.4), part.count("order", 2));
            case SELF -> new DeeperExits(part.number("t", 3), part.number("alpha", 0.3));
            case MUTUAL -> new MutualLearning(part.number("t", 1));
        };
    }

    static String text(Distillation distillation) {
        if (!distillation.isActive()) {
            return NONE;
        }
        List<String> parts = new ArrayList<>();
        if (distillation.source() == Distillation.Source.CACHED) {
            parts.add(CACHED);
        }
        if (!distillation.labels().equals(Ramp.ONE)) {
            parts.add(LABELS + ":" + WEIGHT + "=" + distillation.labels().text());
        }
        distillation.terms().forEach(term -> parts.add(text(term)));
        return String.join("+", parts);
    }

    private static String text(Term term) {
        String layers = term.layers().isEmpty() ? "" : ":" + LAYERS + "=" + term.layers().stream().map(LayerPair::text)
                .collect(Collectors.joining(","));
        return MethodKind.of(term.method()).word() + numbers(term.method()) + layers + ":" + WEIGHT + "="
                + term.weight().text();
    }

    private static String numbers(Method method) {
        return switch (method) {
            case SoftLabels(double temperature) -> ":t=" + Numbers.text(temperature);
            case AttentionTransfer(double power) -> ":p=" + Numbers.text(power);
            case CorrelationCongruence(double gamma, int order) ->
                ":gamma=" + Numbers.text(gamma) + ":order=" + order;
            case DeeperExits(double temperature, double alpha) ->
                ":t=" + Numbers.text(temperature) + ":alpha=" + Numbers.text(alpha);
            case MutualLearning(double temperature) -> ":t=" + Numbers.text(temperature);
            case ScoreDistance _, Hint _, SolutionFlow _, RelationalDistance _, RelationalAngle _,
                    SimilarityPreserving _ -> "";
        };
    }
}
