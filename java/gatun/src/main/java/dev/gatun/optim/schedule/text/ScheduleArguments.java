package dev.gatun.optim.schedule.text;

import dev.gatun.optim.schedule.RunLength;
import dev.gatun.optim.schedule.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of one schedule's text.
 *
 * @param depth in how many schedules this one stands
 * @param run   what it may stretch over and be counted in; null where that is not known
 */
record ScheduleArguments(ScheduleKind kind, Map<String, String> values, int depth, @Nullable RunLength run) {

    static ScheduleArguments read(ScheduleKind kind, String text, int depth, @Nullable RunLength run) {
        ScheduleArguments arguments = new ScheduleArguments(kind, new LinkedHashMap<>(), depth, run);
        for (String pair : text.isBlank() ? List.<String>of() : arguments.split(text, ',')) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw arguments.wrong("expected key=value, got " + Schedules.quote(pair) + arguments.validKeys());
            }
            String key = pair.substring(0, equals).strip();
            if (!kind.keys().contains(key)) {
                throw arguments.wrong("unknown key " + Schedules.quote(key) + arguments.validKeys());
            }
            if (arguments.values.put(key, pair.substring(equals + 1).strip()) != null) {
                throw arguments.wrong("key " + key + " stands twice");
            }
        }
        return arguments;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    long count(String key) {
        return count(key, required(key));
    }

    /** A count that is a function of the run's length where it was left out and that is known. */
    long count(String key, ToLongFunction<RunLength> ofRun) {
        return run == null || has(key) ? count(key) : ofRun.applyAsLong(run);
    }

    /** The same, and where that is not known either, something else. */
    long count(String key, ToLongFunction<RunLength> ofRun, long otherwise) {
        return run == null ? count(key, otherwise) : count(key, ofRun);
    }

    /** The steps that a schedule lasts: left out, as long as the run. */
    long total() {
        return count("total", RunLength::steps);
    }

    long count(String key, long otherwise) {
        String value = values.get(key);
        return value == null ? otherwise : count(key, value);
    }

    List<Long> counts(String key) {
        return split(required(key), '/').stream().map(value -> count(key, value.strip())).toList();
    }

    double number(String key) {
        return number(key, required(key));
    }

    double number(String key, double otherwise) {
        String value = values.get(key);
        return value == null ? otherwise : number(key, value);
    }

    <E extends Enum<E>> E choice(String key, E otherwise) {
        String value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        E[] choices = otherwise.getDeclaringClass().getEnumConstants();
        for (E choice : choices) {
            if (Schedules.word(choice).equals(value)) {
                return choice;
            }
        }
        throw wrong(key + " must be one of "
                + Arrays.stream(choices).map(Schedules::word).collect(Collectors.joining(", ")) + ", got "
                + Schedules.quote(value));
    }

    /** A schedule that lasts as long as this one. */
    Schedule schedule(String key) {
        return nested(required(key), run);
    }

    /** A schedule that begins later. */
    Schedule scheduleAfter(String key, long steps) {
        return nested(required(key), run == null ? null : run.part(steps, run.steps()));
    }

    List<Schedule> schedules(String key) {
        return split(required(key), '/').stream().map(part -> nested(part, run)).toList();
    }

    /** Schedules that follow each other. */
    List<Schedule> schedules(String key, List<Long> milestones) {
        List<String> parts = split(required(key), '/');
        List<Schedule> schedules = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            RunLength part = run;
            if (run != null && parts.size() == milestones.size() + 1) {
                part = run.part(i == 0 ? 0 : milestones.get(i - 1), i == milestones.size() ? run.steps()
                        : milestones.get(i));
            }
            schedules.add(nested(parts.get(i), part));
        }
        return schedules;
    }

    private Schedule nested(String value, @Nullable RunLength length) {
        String text = value.strip();
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        return ScheduleKind.parse(bracketed ? text.substring(1, text.length() - 1) : text, depth + 1, length);
    }

    private long count(String key, String value) {
        RunLength length = run;
        if (length == null) {
            return convert(key, value, Long::valueOf, "a whole number");
        }
        return convert(key, value, text -> StepCount.parse(text).steps(length),
                "a number of steps (500, 5% or 2epochs)");
    }

    private double number(String key, String value) {
        // Double.valueOf takes type suffixes and hexadecimals, which belong to program text.
        return convert(key, value.matches("[0-9.eE+-]*") ? value : "", Double::valueOf, "a number");
    }

    private <T> T convert(String key, String value, Function<String, T> conversion, String what) {
        try {
            return conversion.apply(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    message(key + " must be " + what + ", got " + Schedules.quote(String.valueOf(values.get(key)))), e);
        }
    }

    private String required(String key) {
        @Nullable String value = values.get(key);
        if (value == null) {
            throw wrong("key " + key + " is missing" + validKeys());
        }
        return value;
    }

    /** Splits where the separator stands outside all brackets. */
    private List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int open = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            open += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (open < 0) {
                break;
            }
            if (c == separator && open == 0) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        if (open != 0) {
            throw wrong("the brackets in " + Schedules.quote(text) + " do not match");
        }
        parts.add(text.substring(from));
        return parts;
    }

    private String validKeys() {
        return kind.keys().isEmpty() ? "; it has no keys" : "; keys: " + String.join(", ", kind.keys());
    }

    private IllegalArgumentException wrong(String problem) {
        return new IllegalArgumentException(message(problem));
    }

    private String message(String problem) {
        return "schedule " + kind.name() + ": " + problem;
    }
}
