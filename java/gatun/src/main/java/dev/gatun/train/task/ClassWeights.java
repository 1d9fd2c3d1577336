package dev.gatun.train.task;

import dev.gatun.data.ClassNames;
import dev.gatun.data.image.ImageDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the loss of an image of each class counts for. The loss of a batch is the weighted mean. */
public sealed interface ClassWeights {
    /** All the same. */
    record Equal() implements ClassWeights {
        @Override
        public String text() {
            return "none";
        }

        @Override
        public float[] of(ImageDataset images) {
            return new float[0];
        }
    }

    /** In inverse proportion to the number of the class's images: so that all classes together count alike. */
    record Balanced() implements ClassWeights {
        @Override
        public String text() {
            return "balanced";
        }

        @Override
        public float[] of(ImageDataset images) {
            int[] counts = new int[images.classes()];
            for (int i = 0; i < images.size(); i++) {
                counts[images.label(i)]++;
            }
            long present = Arrays.stream(counts).filter(count -> count > 0).count();
            float[] weights = new float[counts.length];
            for (int c = 0; c < counts.length; c++) {
                weights[c] = counts[c] == 0 ? 1 : (float) ((double) images.size() / (present * counts[c]));
            }
            return weights;
        }
    }

    /**
     * By name; 1 for classes that are not named.
     *
     * @param weights by the class's name, each above 0, in f32 too
     */
    record Named(Map<String, Double> weights) implements ClassWeights {
        /** Checks the weights. */
        public Named {
            weights = Map.copyOf(weights);
            weights.forEach((name, weight) -> {
                if (!(weight.floatValue() > 0 && Float.isFinite(weight.floatValue()))) { // as the loss computes with it
                    throw new IllegalArgumentException("the weight of class " + name + " must be above 0, got "
                            + weight + (weight > 0 && Double.isFinite(weight) ? ", which f32 cannot hold" : ""));
                }
            });
        }

        @Override
        public String text() {
            return String.join(",", weights.entrySet().stream().sorted(Map.Entry.comparingByKey())
                    .map(entry -> entry.getKey() + "=" + entry.getValue()).toList());
        }

        @Override
        public float[] of(ImageDataset images) {
            List<String> names = images.classNames();
            float[] all = new float[names.size()];
            Arrays.fill(all, 1);
            List<String> unknown = new ArrayList<>();
            weights.forEach((name, weight) -> {
                int number = ClassNames.numbers(List.of(name), names)[0];
                if (number < 0) {
                    unknown.add(name);
                } else {
                    all[number] = weight.floatValue();
                }
            });
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException("no class is called " + ClassNames.text(unknown) + "; the data has "
                        + ClassNames.text(names));
            }
            return all;
        }
    }

    /** Returns what {@link #parse} reads. */
    String text();

    /**
     * Returns the weight of each class of training images, by label; none where all are equal.
     *
     * @throws IllegalArgumentException when the images have no such class
     */
    float[] of(ImageDataset images);

    /**
     * Reads {@code none}, {@code balanced} or {@code cat=2,dog=0.5}.
     *
     * @throws IllegalArgumentException with a complete message when it is none of these
     */
    static ClassWeights parse(String text) {
        switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "none" -> {
                return new Equal();
            }
            case "balanced" -> {
                return new Balanced();
            }
            default -> { }
        }
        Map<String, Double> weights = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.lastIndexOf('=');
            try {
                if (equals > 0
                        && weights.put(part.substring(0, equals), Double.parseDouble(part.substring(equals + 1)))
                        == null) {
                    continue;
                }
            } catch (NumberFormatException e) {
                throw invalid(text, e);
            }
            throw invalid(text, null);
        }
        return new Named(weights);
    }

    private static IllegalArgumentException invalid(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException("'" + text + "' is no weight of each class: use none, balanced or"
                + " NAME=WEIGHT,NAME=WEIGHT", cause);
    }
}
