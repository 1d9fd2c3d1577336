package dev.gatun.train;

import dev.gatun.data.image.Normalization;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.Json;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a checkpoint says of its model, enough to build it again.
 *
 * @param model         the model, from the zoo
 * @param normalization what its images are normalised by
 */
public record ModelDescription(Model model, Normalization normalization) {

    /** What is trained. */
    Task task() {
        return ImageClassification.of(model, normalization);
    }

    static Map<String, Object> of(Model model, Normalization normalization) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("model", model.name());
        description.put("channels", model.channels());
        description.put("height", model.height());
        description.put("width", model.width());
        description.put("classes", model.classes());
        description.put("mean", doubles(normalization.mean()));
        description.put("std", doubles(normalization.std()));
        return description;
    }

    /**
     * Reads the description of a checkpoint.
     *
     * @throws CheckpointException when it is damaged, or the model is not one of the zoo
     */
    public static ModelDescription read(LoadedCheckpoint checkpoint) {
        Map<String, Object> state = checkpoint.state();
        try {
            Model model = Models.create(String.valueOf(state.get("model")), integer(state, "channels"),
                    integer(state, "height"), integer(state, "width"), integer(state, "classes"));
            return new ModelDescription(model, new Normalization(floats(state, "mean"), floats(state, "std")));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CheckpointException(
                    checkpoint.path() + ": state.json does not describe a known model: " + e.getMessage(), e);
        }
    }

    private static int integer(Map<String, Object> state, String key) {
        if (state.get(key) instanceof Long value) {
            return Math.toIntExact(value);
        }
        throw new IllegalArgumentException("no valid \"" + key + "\"");
    }

    private static float[] floats(Map<String, Object> state, String key) {
        if (!(state.get(key) instanceof List<?> list) || list.isEmpty()) {
            throw new IllegalArgumentException("no valid \"" + key + "\"");
        }
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Json.asDouble(list.get(i));
        }
        return values;
    }

    private static List<Double> doubles(float[] values) {
        List<Double> list = new ArrayList<>();
        for (float value : values) {
            list.add((double) value);
        }
        return list;
    }
}
