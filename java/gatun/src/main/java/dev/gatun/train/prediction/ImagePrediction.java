package dev.gatun.train.prediction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a model says of an image.
 *
 * @param image   its path; of one in a zip archive {@code <archive>!<name>}
 * @param classes the most probable classes, the best first; of equal ones that with the smaller number
 */
public record ImagePrediction(String image, List<ClassProbability> classes) {
    /** Checks that there is a class. */
    public ImagePrediction {
        classes = List.copyOf(classes);
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("no class for " + image);
        }
    }

    static ImagePrediction of(String image, List<String> names, float[] probabilities, int top) {
        List<ClassProbability> all = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            all.add(new ClassProbability(names.get(i), i, probabilities[i]));
        }
        all.sort(Comparator.comparingDouble(ClassProbability::probability).reversed());
        return new ImagePrediction(image, all.subList(0, Math.min(top, all.size())));
    }

    /** Returns the most probable class. */
    public ClassProbability best() {
        return classes.getFirst();
    }
}
