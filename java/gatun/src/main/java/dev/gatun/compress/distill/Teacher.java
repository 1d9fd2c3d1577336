package dev.gatun.compress.distill;

import dev.gatun.compress.Snapshot;
import dev.gatun.data.ClassNames;
import dev.gatun.data.image.Normalization;
import java.util.List;

/**
 * A trained classifier that a student learns from.
 *
 * @param network       the classifier and the values of its variables
 * @param classNames    name of each of its classes, by number
 * @param normalization how its images are normalised
 */
public record Teacher(Snapshot network, List<String> classNames, Normalization normalization) {
    /**
     * Checks that there are a name for each class and a normalisation for each channel.
     *
     * @throws IllegalArgumentException otherwise
     */
    public Teacher {
        classNames = ClassNames.normal(classNames);
        if (classNames.size() != network.model().classes()) {
            throw new IllegalArgumentException("the teacher " + network.model().name() + " tells "
                    + network.model().classes() + " classes apart, but " + classNames.size() + " are named");
        }
        if (normalization.channels() != network.model().channels()) {
            throw new IllegalArgumentException("the teacher " + network.model().name() + " reads images of "
                    + network.model().channels() + " channels, but its normalization is of "
                    + normalization.channels());
        }
    }

    /**
     * Returns the teacher's number of each class of a student.
     *
     * @param student names of the student's classes, by number
     * @throws IllegalArgumentException when one of the two has a class that the other lacks, with both lists
     */
    public int[] numbers(List<String> student) {
        int[] numbers = ClassNames.numbers(student, classNames);
        boolean all = student.size() == classNames.size();
        for (int number : numbers) {
            all &= number >= 0;
        }
        if (!all) {
            throw new IllegalArgumentException("the teacher has other classes than the student, which learns "
                    + ClassNames.text(student) + ", while the teacher knows " + ClassNames.text(classNames)
                    + ": take a teacher of the same classes");
        }
        return numbers;
    }
}
