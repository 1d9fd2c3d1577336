package dev.gatun.options;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The name that somebody probably meant who wrote an unknown one. */
public final class Suggestion {
    private Suggestion() {}

    /**
     * Returns the end of a message on an unknown name: {@code "; did you mean \"layer1.0.conv1\"?"}, or else the
     * beginning of the list of what there is.
     */
    public static String of(String unknown, Collection<String> known) {
        return nearest(unknown, known).map(name -> "; did you mean \"" + name + "\"?")
                .orElseGet(() -> ", only " + known.stream().limit(20).toList()
                        + (known.size() > 20 ? " and " + (known.size() - 20) + " more" : ""));
    }

    /** Returns the known name that takes the fewest edits (Levenshtein), if they are at most a third of its length. */
    public static Optional<String> nearest(String unknown, Collection<String> known) {
        return known.stream().min(Comparator.comparingInt(name -> distance(unknown, name)))
                .filter(name -> 3 * distance(unknown, name) <= Math.max(3, name.length()));
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
