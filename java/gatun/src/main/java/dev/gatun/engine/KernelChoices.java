package dev.gatun.engine;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a compiler chose where a device offered several candidates: layouts of activations and implementations of
 * kernels. A compile that is given the choices of another takes the same kernels, and computes the same, bit for bit,
 * on the same machine. The choices of several programs can be kept together.
 *
 * @param entries the name of the chosen candidate for each problem, in words that name neither layers nor files
 */
public record KernelChoices(SortedMap<String, String> entries) {
    /** Nothing chosen yet. */
    public static final KernelChoices NONE = new KernelChoices(new TreeMap<>());

    public KernelChoices {
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    /** The same from any map. */
    public static KernelChoices of(Map<String, String> entries) {
        return new KernelChoices(new TreeMap<>(entries));
    }

    /** What was chosen for a problem. */
    public Optional<String> of(String problem) {
        return Optional.ofNullable(entries.get(problem));
    }

    /** These and others; where both know a problem, the others'. */
    public KernelChoices and(KernelChoices others) {
        SortedMap<String, String> all = new TreeMap<>(entries);
        all.putAll(others.entries);
        return new KernelChoices(all);
    }

    /** Returns the problems that both know and solve differently, in alphabetical order. */
    public List<String> differences(KernelChoices others) {
        return entries.keySet().stream()
                .filter(problem -> others.entries.containsKey(problem)
                        && !others.entries.get(problem).equals(entries.get(problem)))
                .toList();
    }
}
