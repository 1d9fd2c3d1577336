package dev.gatun.cli.run;

import dev.gatun.cli.option.Choices;
import dev.gatun.cli.option.Flags;
import dev.gatun.data.BadImages;
import dev.gatun.data.ColorMode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the images of a run are brought to.
 *
 * @param size  height and width, 0 for images as they are
 * @param color grey or colour
 * @param bad   what is done with images that cannot be used
 */
public record RunImages(int size, ColorMode color, BadImages bad) {
    /** As they are. */
    public static final RunImages DEFAULT = new RunImages(0, ColorMode.AUTO, BadImages.REFUSE);

    private static final String SIZE = "image_size";
    private static final String COLOR = "color";
    private static final String BAD = "bad_images";

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(SIZE, size);
        json.put(COLOR, Choices.word(color));
        json.put(BAD, Choices.word(bad));
        return json;
    }

    static RunImages read(JsonFields fields) {
        return new RunImages(fields.count(SIZE, 0, Flags.LARGEST_IMAGE), fields.word(COLOR, ColorMode.class),
                fields.word(BAD, BadImages.class));
    }
}
