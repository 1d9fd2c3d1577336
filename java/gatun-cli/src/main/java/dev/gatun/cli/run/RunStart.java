package dev.gatun.cli.run;

import dev.gatun.model.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the variables of a run are before its first step.
 *
 * @param weights what a file sets; null where there is none
 */
public record RunStart(@Nullable RunWeights weights) {
    /** As the model says. */
    public static final RunStart DEFAULT = new RunStart(null);

    private static final String WEIGHTS = "weights";

    /**
     * The same once it is known to fit a model.
     *
     * @throws dev.gatun.io.CheckpointException when the weights do not, or cannot be read
     */
    public RunStart checked(Model model) {
        return weights == null ? this : new RunStart(weights.checked(model));
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        if (weights != null) {
            json.put(WEIGHTS, weights.toJson());
        }
        return json;
    }

    static RunStart read(JsonFields fields) {
        return new RunStart(fields.has(WEIGHTS)
                ? RunWeights.read(new JsonFields(fields.object(WEIGHTS), fields.file())) : null);
    }
}
