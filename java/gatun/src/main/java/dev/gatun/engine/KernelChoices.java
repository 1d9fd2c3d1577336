package dev.gatun.engine;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The choices of a compiler among the candidates of a device: layouts of activations and implementations of kernels. A
 * compilation with the choices of another takes the same kernels and computes bit-identical results on the same
 * machine. The choices of several programs can be stored together.
 *
 * @param entries name of the chosen candidate by problem; the description of a problem names neither layers nor files
 */
public record KernelChoices(SortedMap<String, String> entries) {
    /** No choices. */
    public static final KernelChoices NONE = new KernelChoices(new TreeMap<>());

    public KernelChoices {
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    /** Returns the choices in a map from problem to candidate. */
    public static KernelChoices of(Map<String, String> entries) {
        return new KernelChoices(new TreeMap<>(entries));
    }

    /** Returns the chosen candidate of a problem, if any. */
    public Optional<String> of(String problem) {
        return Optional.ofNullable(entries.get(problem));
    }

    /** Returns the union of these choices and others, which take precedence. */
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
