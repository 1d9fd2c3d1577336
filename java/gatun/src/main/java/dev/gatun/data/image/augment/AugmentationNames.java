package dev.gatun.data.image.augment;

import dev.gatun.data.image.Augmentation;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.pixel.Mixing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Augmentations as text: names with options, joined by {@code +}, such as
 * {@code resized-crop:min=0.2+flip+color:brightness=0.4,contrast=0.4+cutmix}.
 */
public final class AugmentationNames {
    /** The names that there are, each with all its options and their defaults. */
    private static final Map<String, Map<String, Double>> KNOWN = known();

    private AugmentationNames() {}

    private static Map<String, Map<String, Double>> known() {
        Map<String, Map<String, Double>> known = new LinkedHashMap<>();
        known.put("none", Map.of());
        known.put("cifar", Map.of());
        known.put("flip", Map.of("p", 0.5));
        known.put("vertical-flip", Map.of("p", 0.5));
        known.put("crop", Map.of("pad", 4.0));
        known.put("resized-crop", Map.of("min", 0.08, "max", 1.0, "ratio", 4.0 / 3));
        known.put("rotate", Map.of("degrees", 15.0));
        known.put("color", Map.of("brightness", 0.0, "contrast", 0.0, "saturation", 0.0, "hue", 0.0));
        known.put("randaugment", Map.of("ops", 2.0, "magnitude", 9.0));
        known.put("cutout", Map.of("size", 0.0));
        known.put("erase", Map.of("p", 0.5, "min", 0.02, "max", 1.0 / 3, "ratio", 10.0 / 3));
        known.put("mixup", Map.of("alpha", 0.2));
        known.put("cutmix", Map.of("alpha", 1.0));
        return known;
    }

    /**
     * What a text says.
     *
     * @param steps  transformations of each image
     * @param mixing how images are mixed after that
     */
    public record Parsed(List<Augmentation> steps, Mixing mixing) {
        /** Copies the list. */
        public Parsed {
            steps = List.copyOf(steps);
        }
    }

    /** Returns the names. */
    public static List<String> names() {
        return List.copyOf(KNOWN.keySet());
    }

    /**
     * Reads augmentations of images of a size.
     *
     * @throws IllegalArgumentException with a complete message when a name, an option or a number is wrong
     */
    public static Parsed parse(String text, ImageSize size) {
        List<Augmentation> steps = new ArrayList<>();
        Mixing mixing = Mixing.NONE;
        for (String part : text.strip().toLowerCase(Locale.ROOT).split("\\+", -1)) {
            String[] pair = part.strip().split(":", 2);
            Map<String, Double> options = options(pair[0], pair.length < 2 ? "" : pair[1]);
            if (pair[0].equals("mixup") || pair[0].equals("cutmix")) {
                if (mixing.isActive()) {
                    throw new IllegalArgumentException("mixup and cutmix do not go together: leave one out");
                }
                mixing = new Mixing(Mixing.Kind.valueOf(pair[0].toUpperCase(Locale.ROOT)), get(options, "alpha"));
            } else {
                steps.addAll(steps(pair[0], options, size));
            }
        }
        Augmentation.resize(steps, size); // each fits what those before it make
        return new Parsed(steps, mixing);
    }

    private static Map<String, Double> options(String name, String text) {
        Map<String, Double> defaults = KNOWN.get(name);
        if (defaults == null) {
            throw new IllegalArgumentException("'" + name + "' is none of the augmentations "
                    + String.join(", ", KNOWN.keySet()));
        }
        Map<String, Double> options = new LinkedHashMap<>(defaults);
        for (String option : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] pair = option.strip().split("=", 2);
            if (!defaults.containsKey(pair[0]) || pair.length < 2) {
                throw new IllegalArgumentException(name + ": '" + option + "' is no option of it"
                        + (defaults.isEmpty() ? ", it has none"
                        : "; it has " + String.join(", ", new TreeSet<>(defaults.keySet()))));
            }
            try {
                options.put(pair[0], Double.parseDouble(pair[1].strip()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + ": '" + pair[1] + "' is no number for " + pair[0], e);
            }
        }
        return options;
    }

    private static double get(Map<String, Double> options, String key) {
        return options.getOrDefault(key, Double.NaN);
    }

    private static int whole(String name, Map<String, Double> options, String key) {
        double value = get(options, key);
        if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(name + ": " + key + " must be a whole number, got " + value);
        }
        return (int) value;
    }

    private static List<Augmentation> steps(String name, Map<String, Double> options, ImageSize size) {
        int height = size.height();
        int width = size.width();
        return switch (name) {
            case "none" -> List.of();
            case "cifar" -> List.of(new Augmentation.Pad(4), new Augmentation.RandomCrop(height, width),
                    new Augmentation.RandomHorizontalFlip(0.5));
            case "flip" -> List.of(new Augmentation.RandomHorizontalFlip(get(options, "p")));
            case "vertical-flip" -> List.of(new RandomVerticalFlip(get(options, "p")));
            case "crop" -> List.of(new Augmentation.Pad(whole(name, options, "pad")),
                    new Augmentation.RandomCrop(height, width));
            case "resized-crop" -> List.of(new RandomResizedCrop(height, width, get(options, "min"),
                    get(options, "max"), get(options, "ratio")));
            case "rotate" -> List.of(new RandomRotation(get(options, "degrees")));
            case "color" -> List.of(color(options));
            case "randaugment" -> List.of(new RandAugment(whole(name, options, "ops"),
                    whole(name, options, "magnitude")));
            case "cutout" -> List.of(new Cutout(get(options, "size") == 0 ? Math.max(1, Math.min(height, width) / 2)
                    : whole(name, options, "size")));
            case "erase" -> List.of(new RandomErasing(get(options, "p"), get(options, "min"), get(options, "max"),
                    get(options, "ratio")));
            default -> throw new IllegalStateException(name);
        };
    }

    private static ColorJitter color(Map<String, Double> options) {
        ColorJitter jitter = new ColorJitter(get(options, "brightness"), get(options, "contrast"),
                get(options, "saturation"), get(options, "hue"));
        return jitter.equals(new ColorJitter(0, 0, 0, 0)) ? new ColorJitter(0.4, 0.4, 0.4, 0) : jitter;
    }
}
