package dev.gatun.dist.socket;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** How the processes of a group are called, by their ranks. */
record Roster(List<String> processes) {
    private static final String SEPARATOR = "\n";

    /** Before all are there. */
    static final Roster UNKNOWN = new Roster(List.of());

    static Roster of(List<Hello> members) {
        return new Roster(members.stream().map(Hello::process).toList());
    }

    static Roster of(Frame frame) {
        return new Roster(List.of(new String(frame.body(), StandardCharsets.UTF_8).split(SEPARATOR, -1)));
    }

    Frame frame() {
        return new Frame(Frame.Kind.MEMBERS, processes.size(), processes.stream()
                .collect(Collectors.joining(SEPARATOR)).getBytes(StandardCharsets.UTF_8));
    }

    String describe(int rank) {
        return rank < processes.size() ? "rank " + rank + " (" + processes.get(rank) + ")" : "rank " + rank;
    }
}
