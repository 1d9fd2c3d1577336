package dev.gatun.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A table of text with columns as wide as their widest cell. */
public final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();
    private final List<Boolean> right = new ArrayList<>();

    /** @param heads one for each column; a head that begins with {@code >} makes a column of numbers */
    public TextTable(String... heads) {
        List<String> names = new ArrayList<>();
        for (String head : heads) {
            right.add(head.startsWith(">"));
            names.add(Output.printable(head.startsWith(">") ? head.substring(1) : head));
        }
        rows.add(names);
    }

    /** Adds a row. */
    public void row(String... cells) {
        rows.add(Stream.of(cells).map(Output::printable).toList());
    }

    /** Returns the formatted lines, heads first. */
    public List<String> lines() {
        int[] widths = new int[right.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String fill = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? "" : "  ").append(right.get(i) ? fill + row.get(i) : row.get(i) + fill);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
