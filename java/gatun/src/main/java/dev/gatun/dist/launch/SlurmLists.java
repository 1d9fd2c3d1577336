package dev.gatun.dist.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Slurm's short forms of lists. */
final class SlurmLists {
    private static final Pattern REPEATED = Pattern.compile("(\\d{1,9})(?:\\(x(\\d{1,6})\\))?");

    private SlurmLists() {}

    /**
     * Returns the first host of a list: {@code node03} of {@code node[03-05,9],login1}. Where a name has two pairs of
     * brackets, the first of each counts.
     */
    static String firstHost(String list) {
        StringBuilder host = new StringBuilder();
        boolean inside = false;
        boolean skipped = false;
        for (char c : list.strip().toCharArray()) {
            switch (c) {
                case '[' -> {
                    inside = true;
                    skipped = false;
                }
                case ']' -> {
                    inside = false;
                    skipped = false;
                }
                case ',', '-' -> {
                    if (inside) {
                        skipped = true;
                    } else if (c == ',') {
                        return host.toString();
                    } else {
                        host.append(c);
                    }
                }
                default -> {
                    if (!skipped) {
                        host.append(c);
                    }
                }
            }
        }
        return host.toString();
    }

    /** Returns the numbers of {@code 4(x2),3}: 4, 4 and 3; none where it is no such list. */
    static List<Integer> counts(String list) {
        List<Integer> counts = new ArrayList<>();
        for (String part : list.strip().split(",", -1)) {
            Matcher matcher = REPEATED.matcher(part);
            if (!matcher.matches()) {
                return List.of();
            }
            int times = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
            for (int i = 0; i < times; i++) {
                counts.add(Integer.parseInt(matcher.group(1)));
            }
        }
        return counts;
    }
}
