package dev.gatun.data;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Names of classes, by number: how they are compared and shown. Two names are the same where their Unicode normal form
 * C is, as file systems differ in the form that they keep.
 */
public final class ClassNames {
    /** Longer lists are cut in messages. */
    private static final int SHOWN = 12;

    private ClassNames() {}

    /** Returns the names of classes that have none of their own: {@code "0", "1", ...}. */
    public static List<String> numbers(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    /** Returns a name in the form in which it is compared and stored. */
    public static String normal(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    /**
     * Returns names in the form in which they are stored.
     *
     * @throws IllegalArgumentException when two of them are the same
     */
    public static List<String> normal(List<String> names) {
        List<String> normal = names.stream().map(ClassNames::normal).toList();
        Set<String> seen = new HashSet<>();
        normal.forEach(name -> {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("two classes have the name \"" + name + "\"");
            }
        });
        return normal;
    }

    /**
     * Returns names for more classes than have one: these are called by their number, or {@code "#<number>"} where
     * another class has that for a name.
     */
    public static List<String> extended(List<String> names, int classes) {
        List<String> all = new ArrayList<>(names);
        Set<String> taken = new HashSet<>(names);
        for (int i = names.size(); i < classes; i++) {
            String name = Integer.toString(i);
            while (!taken.add(name)) {
                name = "#" + name;
            }
            all.add(name);
        }
        return List.copyOf(all);
    }

    /** Returns the number among {@code known} of each name, -1 where there is no such name. */
    public static int[] numbers(List<String> names, List<String> known) {
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < known.size(); i++) {
            numbers.putIfAbsent(normal(known.get(i)), i);
        }
        return names.stream().mapToInt(name -> numbers.getOrDefault(normal(name), -1)).toArray();
    }

    /** Returns names for a message, the first few of a long list: {@code cat, dog, ... (120 in all)}. */
    public static String text(List<String> names) {
        return names.size() <= SHOWN ? String.join(", ", names)
                : String.join(", ", names.subList(0, SHOWN)) + ", ... (" + names.size() + " in all)";
    }

    /**
     * Says in what a list of classes differs from an earlier one: names that came or went, or their order. Empty where
     * they are the same.
     */
    public static Optional<String> difference(List<String> now, List<String> before) {
        List<String> here = now.stream().map(ClassNames::normal).toList();
        List<String> there = before.stream().map(ClassNames::normal).toList();
        if (here.equals(there)) {
            return Optional.empty();
        }
        List<String> came = without(here, there);
        List<String> went = without(there, here);
        if (came.isEmpty() && went.isEmpty()) {
            return Optional.of("the same classes in another order: " + text(now) + ", not " + text(before));
        }
        List<String> parts = new ArrayList<>();
        if (!came.isEmpty()) {
            parts.add("classes that were not there: " + text(came));
        }
        if (!went.isEmpty()) {
            parts.add((came.isEmpty() ? "no more classes " : "no more ") + text(went));
        }
        return Optional.of(String.join(", and ", parts));
    }

    private static List<String> without(List<String> names, List<String> others) {
        Set<String> gone = new HashSet<>(others);
        return names.stream().filter(name -> !gone.contains(name)).toList();
    }
}
