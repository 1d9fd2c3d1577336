package dev.gatun.compress.distill;

/**
 * A layer of the student and the one of the teacher that it is compared with: names of layers, or of the parts that
 * contain them, whose last layer is meant then: {@code layer1} is what {@code layer1.2.relu} makes.
 *
 * @param student layer of the student
 * @param teacher layer of the teacher
 */
public record LayerPair(String student, String teacher) {
    private static final String TO = ">";

    public LayerPair {
        if (student.isBlank() || teacher.isBlank()) {
            throw new IllegalArgumentException("a layer without a name: write layers=conv1,layer2>layer3");
        }
    }

    /** Returns the layers of one name in both. */
    public static LayerPair of(String both) {
        return new LayerPair(both, both);
    }

    /** Reads {@code layer1} or {@code layer1>layer2}, the student's first. */
    static LayerPair parse(String text) {
        int to = text.indexOf(TO);
        return to < 0 ? of(text.strip()) : new LayerPair(text.substring(0, to).strip(),
                text.substring(to + TO.length()).strip());
    }

    String text() {
        return student.equals(teacher) ? student : student + TO + teacher;
    }
}
