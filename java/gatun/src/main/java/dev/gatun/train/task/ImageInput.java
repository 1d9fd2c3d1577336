package dev.gatun.train.task;

import dev.gatun.data.ClassNames;
import dev.gatun.data.ColorMode;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.Normalization;
import dev.gatun.io.json.Json;
import dev.gatun.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Describes the images that a classifier reads.
 *
 * @param channels      channels of the images
 * @param height        rows of the images
 * @param width         columns of the images
 * @param classNames    name of each class, by number
 * @param normalization normalisation of the images
 */
public record ImageInput(int channels, int height, int width, List<String> classNames, Normalization normalization) {
    private static final String IMAGE_SIZE = "image_size";
    private static final String CLASSES = "classes";
    private static final String COLOR = "color";

    /**
     * Checks that there is a class, and no name twice.
     *
     * @throws IllegalArgumentException otherwise
     */
    public ImageInput {
        classNames = ClassNames.normal(classNames);
        if (classNames.isEmpty()) {
            throw new IllegalArgumentException("a classifier needs a class");
        }
    }

    /** Returns the input of a model whose classes have no names but their numbers. */
    public static ImageInput of(Model model, Normalization normalization) {
        return of(model, normalization, ClassNames.numbers(model.classes()));
    }

    /** Returns the input of a model with named classes; those beyond the names are called by their numbers. */
    public static ImageInput of(Model model, Normalization normalization, List<String> classNames) {
        return new ImageInput(model.channels(), model.height(), model.width(),
                ClassNames.extended(classNames, model.classes()), normalization);
    }

    /** Returns the number of classes. */
    public int classes() {
        return classNames.size();
    }

    /** Returns the attributes that describe the input in a task. */
    public Map<String, Object> attributes() {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("channels", (long) channels);
        attributes.put("height", (long) height);
        attributes.put("width", (long) width);
        attributes.put(CLASSES, classNames);
        attributes.put("mean", doubles(normalization.mean()));
        attributes.put("std", doubles(normalization.std()));
        return attributes;
    }

    /** What checkpoints say of the images beside that: the size and colour that they were brought to, if any. */
    static Map<String, Object> adapting(ImageDataset images) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        images.resized().ifPresent(size -> attributes.put(IMAGE_SIZE, (long) size));
        images.converted().ifPresent(color -> attributes.put(COLOR, color.name().toLowerCase(Locale.ROOT)));
        return attributes;
    }

    /** The height and width that a task's images were brought to; empty where they were as they were. */
    public static OptionalInt resized(Task task) {
        return task.attributes().containsKey(IMAGE_SIZE)
                ? OptionalInt.of(count(task.attributes(), IMAGE_SIZE)) : OptionalInt.empty();
    }

    /**
     * What a task's images were asked to be read as; empty where they were as they were.
     *
     * @throws IllegalArgumentException if its attributes name no such color
     */
    public static Optional<ColorMode> converted(Task task) {
        return Optional.ofNullable(task.attributes().get(COLOR))
                .map(word -> ColorMode.valueOf(word.toString().toUpperCase(Locale.ROOT)));
    }

    /**
     * Returns the input of a task.
     *
     * @throws IllegalArgumentException if the task's attributes do not describe the input of an image classifier
     */
    public static ImageInput of(Task task) {
        Map<String, Object> attributes = task.attributes();
        try {
            return new ImageInput(count(attributes, "channels"), count(attributes, "height"),
                    count(attributes, "width"),
                    names(attributes),
                    new Normalization(floats(attributes, "mean"), floats(attributes, "std")));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("task " + task.name() + " does not classify images: " + e.getMessage(),
                    e);
        }
    }

    private static int count(Map<String, Object> attributes, String key) {
        if (attributes.get(key) instanceof Long value && value > 0 && value <= Integer.MAX_VALUE) {
            return Math.toIntExact(value);
        }
        throw new IllegalArgumentException("no valid \"" + key + "\"");
    }

    /** Returns the names of the classes among the attributes of a task; empty where these are none. */
    public static Optional<List<String>> classNames(Map<?, ?> attributes) {
        return attributes.get(CLASSES) instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
                ? Optional.of(list.stream().map(String.class::cast).toList()) : Optional.empty();
    }

    private static List<String> names(Map<String, Object> attributes) {
        return classNames(attributes).orElseThrow(() -> new IllegalArgumentException("no valid \"" + CLASSES + "\""));
    }

    private static float[] floats(Map<String, Object> attributes, String key) {
        if (!(attributes.get(key) instanceof List<?> list) || list.isEmpty()) {
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
