package dev.gatun.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which tensors of a {@code state_dict} a model takes, and which do not fit.
 *
 * @param file       the safetensors file
 * @param part       how much of it has to fit
 * @param taken      variables that the file sets
 * @param leftOut    variables of the head, and tensors of the file in their place, where only the body is taken
 * @param missing    variables that the file lacks
 * @param unexpected tensors that the model has no variable for
 * @param misshapen  variables whose tensor has another shape, with both: {@code fc.weight (1000x512) for (10x512)}
 * @param unusable   variables whose tensor is of a type that is not converted, with that type
 */
public record WeightsReport(
        Path file, WeightsPart part, List<String> taken, List<String> leftOut, List<String> missing,
        List<String> unexpected, List<String> misshapen, List<String> unusable) {
    /** More names than these say nothing more to people. */
    private static final int NAMED = 4;

    /** Keeps its own copies of the lists. */
    public WeightsReport {
        taken = List.copyOf(taken);
        leftOut = List.copyOf(leftOut);
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        misshapen = List.copyOf(misshapen);
        unusable = List.copyOf(unusable);
    }

    /** Whether every tensor that counts has its variable and every variable its tensor. */
    public boolean fits() {
        return missing.isEmpty() && unexpected.isEmpty() && misshapen.isEmpty() && unusable.isEmpty();
    }

    /** On one line: {@code 120 tensors taken; left out: fc.bias, fc.weight}. */
    public String text() {
        List<String> parts = new ArrayList<>();
        parts.add(taken.size() + (taken.size() == 1 ? " tensor taken" : " tensors taken"));
        add(parts, "left out", leftOut);
        parts.addAll(faults());
        return String.join("; ", parts);
    }

    /** What does not fit; a few names of each kind. */
    List<String> faults() {
        List<String> parts = new ArrayList<>();
        add(parts, "missing", missing);
        add(parts, "unexpected", unexpected);
        add(parts, "misshapen", misshapen);
        add(parts, "of a type that is not converted", unusable);
        return parts;
    }

    private static void add(List<String> parts, String what, List<String> names) {
        if (!names.isEmpty()) {
            String more = names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "";
            parts.add(what + ": " + names.stream().limit(NAMED).collect(Collectors.joining(", ")) + more);
        }
    }
}
