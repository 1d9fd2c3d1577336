package dev.gatun.train.task;

import dev.gatun.data.ClassNames;
import dev.gatun.data.DataException;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.ImageExamples;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which class of a model each class of a data set is, by their names. Classes of the data that no image is of may have
 * any.
 */
public final class ClassMapping {
    private final int[] numbers;
    private final boolean[] present;

    /**
     * Matches the classes of images with those of a model.
     *
     * @param model names of the model's classes, by number
     * @throws DataException when images are of a class that the model does not have
     */
    public ClassMapping(List<String> model, ImageDataset images) {
        List<String> names = images.classNames();
        numbers = ClassNames.numbers(names, model);
        present = new boolean[names.size()];
        for (int i = 0; i < images.size(); i++) {
            present[images.label(i)] = true;
        }
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            if (present[i] && numbers[i] < 0) {
                unknown.add(names.get(i));
            }
        }
        if (!unknown.isEmpty()) {
            throw new DataException(images.name(), (unknown.size() == 1 ? "has a class" : "has classes")
                    + " that the model does not know: " + ClassNames.text(unknown) + "; the data has "
                    + ClassNames.text(names) + ", the model " + ClassNames.text(model),
                    "name the classes as they were in training");
        }
    }

    /** Returns the model's number of each class of the data, by label; -1 for a class without images that it lacks. */
    public int[] numbers() {
        return numbers.clone();
    }

    /** Returns how many classes there are images of. */
    public int classesWithImages() {
        return (int) IntStream.range(0, present.length).filter(i -> present[i]).count();
    }

    /** Returns examples of the same images with the model's labels. */
    ImageExamples applyTo(ImageExamples examples) {
        for (int i = 0; i < numbers.length; i++) {
            if (present[i] && numbers[i] != i) {
                return examples.relabelled(label -> numbers[label]);
            }
        }
        return examples;
    }
}
