package dev.gatun.optim;

import dev.gatun.optim.schedule.text.Schedules;
import java.util.List;

/** The parts of a wrapper's text, between commas. */
final class WrapperText {
    private WrapperText() {}

    static List<String> parts(String what, String text, int most, String form) {
        List<String> parts = List.of(text.strip().split(",", -1));
        if (parts.size() > most) {
            throw wrong(what, text, form);
        }
        return parts;
    }

    static int count(String what, String text, String form) {
        if (!text.matches("\\d{1,9}")) {
            throw wrong(what, text, form);
        }
        return Integer.parseInt(text);
    }

    static double number(String what, String text, String form) {
        if (!text.matches("\\d{1,20}(\\.\\d{1,20})?([eE][+-]?\\d{1,3})?")) {
            throw wrong(what, text, form);
        }
        return Double.parseDouble(text);
    }

    static IllegalArgumentException wrong(String what, String text, String form) {
        return new IllegalArgumentException(
                what + ": " + Schedules.quote(text) + " is not valid, write it as " + form);
    }
}
