package dev.gatun.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured of one operation.
 *
 * @param timed          the named operands
 * @param implementation the fastest there is; of a view nothing is measured
 * @param peak           GFLOP/s of a product of matrices, or GB/s of a copy, in the same minute
 * @param ofMatmul       which of the two
 */
record OperationResult(
        String timed, String operation, String implementation, double milliseconds, double gflops, double gigabytes,
        double peak, boolean ofMatmul) {
    private static final String VIEW = "a view";

    static OperationResult view(String timed, String operation) {
        return new OperationResult(timed, operation, VIEW, 0, 0, 0, 0, false);
    }

    boolean isView() {
        return implementation.equals(VIEW);
    }

    String name() {
        return timed + ": " + operation;
    }

    /** Of the machine's peak. */
    double share() {
        return (ofMatmul ? gflops : gigabytes) / peak;
    }

    /** A row of a table in Markdown. */
    String row() {
        if (isView()) {
            return "| " + timed + " | `" + operation + "` | " + VIEW + " | | | | |";
        }
        return String.format(Locale.ROOT, "| %s | `%s` | %s | %.3f | %s | %.1f | %.2f%s |", timed, operation,
                implementation, milliseconds, gflops < 0.1 ? "" : String.format(Locale.ROOT, "%.1f", gflops), gigabytes,
                share(), ofMatmul ? " of matmul" : "");
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name());
        json.put("implementation", implementation);
        json.put("milliseconds", milliseconds);
        json.put("gflops", gflops);
        json.put("gigabytes_per_second", gigabytes);
        json.put("peak", peak);
        json.put("share", share());
        return json;
    }
}
