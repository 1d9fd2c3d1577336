package dev.gatun.cli.option;

import java.util.Collection;
import java.util.Comparator;

/** Suggests corrections of misspelt words. */
public final class Suggestions {
    private Suggestions() {}

    /** Returns {@code "; did you mean lenet?"}, or the empty string if no known word is similar. */
    public static String didYouMean(String typed, Collection<String> known) {
        return known.stream()
                .filter(candidate -> isClose(typed, candidate))
                .min(Comparator.comparingInt(candidate -> distance(typed, candidate)))
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("");
    }

    private static boolean isClose(String typed, String candidate) {
        boolean begins = typed.length() >= 3 && candidate.startsWith(typed);
        return begins || distance(typed, candidate) <= Math.max(1, candidate.length() / 3);
    }

    /** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
