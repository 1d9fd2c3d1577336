package dev.gatun.dist.launch;

import dev.gatun.dist.GroupException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Environment variables as text and numbers. One that is empty is one that is not set. */
record Variables(Map<String, String> values) {
    boolean has(String name) {
        return text(name).isPresent();
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** Returns the first of some that is set. */
    Optional<String> first(List<String> names) {
        return names.stream().filter(this::has).findFirst();
    }

    /** Returns a number from 0. */
    Optional<Integer> number(String name) {
        return text(name).map(text -> {
            if (!text.matches("\\d{1,9}")) {
                throw new GroupException(name + " is \"" + text + "\", which is no number from 0");
            }
            return Integer.parseInt(text);
        });
    }
}
