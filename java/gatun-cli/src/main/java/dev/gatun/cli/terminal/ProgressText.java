package dev.gatun.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * A line that says how far something is: a bar and some parts, of which those that matter least are left out where
 * there is no room.
 */
public final class ProgressText {
    private static final int LEAST_BAR = 8;
    private static final int MOST_BAR = 30;
    private static final String GAP = "  ";

    private final String head;
    private final String briefHead;
    private final double share;
    private final List<Part> parts = new ArrayList<>();

    /** A part in full and in short, and how much it matters: parts of a higher number are left out first. */
    private record Part(String full, String brief, int level) {}

    /**
     * Begins a line.
     *
     * @param head      what is going on
     * @param briefHead the same where there is less room
     * @param share     how much of it is done, from 0 to 1
     */
    public ProgressText(String head, String briefHead, double share) {
        this.head = head;
        this.briefHead = briefHead;
        this.share = Math.clamp(share, 0, 1);
    }

    /**
     * Adds a part.
     *
     * @param brief what to say where there is less room
     * @param level 1 for what matters most
     */
    public ProgressText add(String full, String brief, int level) {
        parts.add(new Part(full, brief, level));
        return this;
    }

    /** Returns the line for so many characters. */
    public String fit(int room) {
        String full = line(head, Part::full, Integer.MAX_VALUE);
        if (full.length() + LEAST_BAR + 3 <= room) {
            return withBar(head, full, room);
        }
        int most = parts.stream().mapToInt(Part::level).max().orElse(0);
        for (int level = most; level > 0; level--) {
            for (String beginning : List.of(head, briefHead)) {
                String brief = line(beginning, Part::brief, level);
                if (brief.length() + LEAST_BAR + 3 <= room) {
                    return withBar(beginning, brief, room);
                }
                if (brief.length() <= room) {
                    return brief;
                }
            }
        }
        return head.substring(0, Math.min(head.length(), room));
    }

    /** How a part is said. */
    private interface Form {
        String of(Part part);
    }

    private String line(String beginning, Form form, int level) {
        StringBuilder line = new StringBuilder(beginning);
        parts.stream().filter(part -> part.level <= level).forEach(part -> line.append(GAP).append(form.of(part)));
        return line.toString();
    }

    /** The bar stands behind the head. */
    private String withBar(String beginning, String line, int room) {
        int length = Math.min(MOST_BAR, room - line.length() - 3);
        int done = (int) Math.round(share * length);
        String bar = "=".repeat(done) + (done < length ? ">" + " ".repeat(length - done - 1) : "");
        return beginning + " [" + bar + "]" + line.substring(beginning.length());
    }
}
