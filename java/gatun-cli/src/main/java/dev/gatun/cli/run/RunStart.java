package dev.gatun.cli.run;

import dev.gatun.cli.option.Choices;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.nn.init.Initialization;
import dev.gatun.nn.init.Scheme;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the variables of a run are before its first step.
 *
 * @param init      how its weights begin
 * @param lastGamma how the last normalisation of each residual begins
 * @param weights   what a file sets after that; null where there is none
 */
public record RunStart(Initialization init, LastGamma lastGamma, @Nullable RunWeights weights) {
    /** As the model says. */
    public static final RunStart DEFAULT = new RunStart(Initialization.DEFAULT, LastGamma.ONE, null);

    private static final String INIT = "init";
    private static final String LAST_GAMMA = "last_gamma";
    private static final String WEIGHTS = "weights";

    /** The scale of the last normalisation of each residual. */
    public enum LastGamma {
        /** As any other. */
        ONE,
        /** So that a residual begins as nothing. */
        ZERO
    }

    /** A model whose variables begin so, but for the weights of a file. */
    public Model applyTo(Model model) {
        Model initialized = model.with(init);
        return switch (lastGamma) {
            case ONE -> initialized;
            case ZERO -> Models.zeroLastGamma(initialized);
        };
    }

    /**
     * The same once it is known to fit a model.
     *
     * @throws dev.gatun.io.CheckpointException when the weights do not, or cannot be read
     */
    public RunStart checked(Model model) {
        return weights == null ? this : new RunStart(init, lastGamma, weights.checked(model));
    }

    /** For people: what differs from the model's own; empty where nothing does. */
    public String text() {
        String gamma = switch (lastGamma) {
            case ONE -> "";
            case ZERO -> "last scale of each residual zero";
        };
        return init.equals(Initialization.DEFAULT) ? gamma : init.text() + (gamma.isEmpty() ? "" : ", " + gamma);
    }

    /** What a user should know before the run; empty for the usual beginnings. */
    public Optional<String> warning() {
        return init.scheme() == Scheme.CONSTANT
                ? Optional.of("--init " + init.text() + " gives all units of a layer the same weights, so that they"
                        + " learn the same and hardly anything is learnt: use another --init, unless that is to be"
                        + " seen")
                : Optional.empty();
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(INIT, init.text());
        json.put(LAST_GAMMA, Choices.word(lastGamma));
        if (weights != null) {
            json.put(WEIGHTS, weights.toJson());
        }
        return json;
    }

    static RunStart read(JsonFields fields) {
        return new RunStart(fields.parsed(INIT, Initialization::parse), fields.word(LAST_GAMMA, LastGamma.class),
                fields.has(WEIGHTS) ? fields.fields(WEIGHTS, RunWeights::read) : null);
    }
}
