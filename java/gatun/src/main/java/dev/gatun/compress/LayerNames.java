package dev.gatun.compress;

import dev.gatun.graph.Node;
import dev.gatun.options.NamePattern;
import dev.gatun.options.Suggestion;
import java.util.Collection;
import java.util.Collections;
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
                throw new IllegalArgumentException(
                        "no layer is named \"" + pattern + "\"" + Suggestion.of(pattern, names));
            }
            matching.addAll(found);
        }
        return matching;
    }
}
