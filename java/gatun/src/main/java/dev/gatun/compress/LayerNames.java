package dev.gatun.compress;

import dev.gatun.graph.Node;
import dev.gatun.options.NamePattern;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names of layers that options may mean by patterns.
 *
 * @param names in the order of the network
 */
public record LayerNames(Set<String> names) {
    /** Copies the names. */
    public LayerNames {
        names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
    }

    /** Returns the names of nodes. */
    public static LayerNames of(Collection<Node> nodes) {
        return new LayerNames(nodes.stream().map(Node::name).collect(Collectors.toCollection(LinkedHashSet::new)));
    }

    /**
     * Returns the layers that any of some patterns matches.
     *
     * @throws IllegalArgumentException when a pattern matches none, naming the most similar layer
     */
    public Set<String> matching(List<String> patterns) {
        Set<String> matching = new LinkedHashSet<>();
        for (String pattern : patterns) {
            Pattern expression = NamePattern.of(pattern);
            List<String> found = names.stream().filter(name -> expression.matcher(name).matches()).toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("no layer is named \"" + pattern + "\": " + closest(pattern)
                        + "the layers are " + String.join(", ", names));
            }
            matching.addAll(found);
        }
        return matching;
    }

    private String closest(String pattern) {
        return names.stream().min(Comparator.comparingInt(name -> distance(name, pattern)))
                .filter(name -> distance(name, pattern) <= Math.max(2, pattern.length() / 3))
                .map(name -> "did you mean \"" + name + "\"? ").orElse("");
    }

    /** Edits between two texts (Levenshtein, 1966). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? diagonal : diagonal + 1;
                diagonal = row[j];
                row[j] = Math.min(cost, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
