package dev.gatun.compress.distill;

import java.util.List;

/** The methods by the words that texts call them. */
enum MethodKind {
    KD("kd", 0, 0, List.of("t")),
    LOGITS("logits", 0, 0, List.of()),
    HINT("hint", 1, Integer.MAX_VALUE, List.of()),
    ATTENTION("at", 1, Integer.MAX_VALUE, List.of("p")),
    FLOW("fsp", 2, Integer.MAX_VALUE, List.of()),
    DISTANCE("rkd-distance", 0, Integer.MAX_VALUE, List.of()),
    ANGLE("rkd-angle", 0, Integer.MAX_VALUE, List.of()),
    SIMILARITY("sp", 0, Integer.MAX_VALUE, List.of()),
    CORRELATION("cc", 0, Integer.MAX_VALUE, List.of("gamma", "order")),
    SELF("self", 1, Integer.MAX_VALUE, List.of("t", "alpha")),
    MUTUAL("mutual", 0, 0, List.of("t"));

    private final String word;
    private final int leastLayers;
    private final int mostLayers;
    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list of texts
    private final List<String> keys;

    MethodKind(String word, int leastLayers, int mostLayers, List<String> keys) {
        this.word = word;
        this.leastLayers = leastLayers;
        this.mostLayers = mostLayers;
        this.keys = List.copyOf(keys);
    }

    static MethodKind of(Method method) {
        return switch (method) {
            case SoftLabels _ -> KD;
            case ScoreDistance _ -> LOGITS;
            case Hint _ -> HINT;
            case AttentionTransfer _ -> ATTENTION;
            case SolutionFlow _ -> FLOW;
            case RelationalDistance _ -> DISTANCE;
            case RelationalAngle _ -> ANGLE;
            case SimilarityPreserving _ -> SIMILARITY;
            case CorrelationCongruence _ -> CORRELATION;
            case DeeperExits _ -> SELF;
            case MutualLearning _ -> MUTUAL;
        };
    }

    String word() {
        return word;
    }

    int leastLayers() {
        return leastLayers;
    }

    int mostLayers() {
        return mostLayers;
    }

    /** The keys of the method's own numbers. */
    List<String> keys() {
        return keys;
    }
}
