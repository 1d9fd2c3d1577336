package dev.gatun.operation;

import dev.gatun.shape.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** What came of many cases: of each operation in each type, how many there were, how many failed, the worst error. */
final class Tally {
    private static final int MOST_FAILURES = 40;

    private static final class Row {
        private long run;
        private long failed;
        private double worst;
    }

    private final SortedMap<String, Row> rows = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private long cases;
    private long failed;

    /** Begins a case. */
    void begin() {
        cases++;
    }

    /** Counts one operation of a case. */
    void add(String device, DType dtype, String opCase, NodeError error) {
        Row row = row(error.op(), device, dtype);
        row.run++;
        row.worst = Math.max(row.worst, error.ratio());
        if (!(error.ratio() <= 1)) {
            row.failed++;
            fail(device + " " + dtype.lowerCase() + ", " + opCase + ": " + error.op() + ": " + error.where());
        }
    }

    /** Counts a case that ended otherwise. */
    void fail(String what) {
        failed++;
        if (failures.size() < MOST_FAILURES) {
            failures.add(what);
        }
    }

    private Row row(String op, String device, DType dtype) {
        return rows.computeIfAbsent(String.format(Locale.ROOT, "%-36s %-10s %-5s", op, device, dtype.lowerCase()),
                _ -> new Row());
    }

    /** Cases that were begun. */
    long cases() {
        return cases;
    }

    /** Failures; one case may have several. */
    long failed() {
        return failed;
    }

    /** The first failures, in words. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** The table, and the failures. */
    String text() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-36s %-10s %-5s %8s %8s %12s%n",
                "operation", "device", "dtype", "run", "failed", "error/bound"));
        rows.forEach((name, row) -> text.append(
                String.format(Locale.ROOT, "%s %8d %8d %12.3f%n", name, row.run, row.failed, row.worst)));
        text.append(String.format(Locale.ROOT, "%d cases, %d failures%n", cases, failed));
        failures.forEach(failure -> text.append(failure).append('\n'));
        return text.toString();
    }
}
