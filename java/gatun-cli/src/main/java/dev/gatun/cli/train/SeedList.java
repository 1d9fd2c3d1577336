package dev.gatun.cli.train;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The seeds of runs that differ in nothing else. */
public record SeedList(List<Long> seeds) {
    private static final int MOST = 1000;

    /** Checks that there are some, each once. */
    public SeedList {
        seeds = List.copyOf(seeds);
        if (seeds.isEmpty() || seeds.size() > MOST || seeds.stream().distinct().count() < seeds.size()) {
            throw new IllegalArgumentException("seeds are 1 to " + MOST + " numbers, each once, not " + seeds.size()
                    + (seeds.size() > MOST ? "" : ": " + seeds));
        }
    }

    /**
     * Reads {@code 1..5} or {@code 1,2,7}.
     *
     * @throws IllegalArgumentException with a complete message when it is neither
     */
    public static SeedList parse(String text) {
        int dots = text.indexOf("..");
        try {
            if (dots < 0) {
                return new SeedList(Stream.of(text.split(",", -1)).map(word -> Long.valueOf(word.strip())).toList());
            }
            long first = Long.parseLong(text.substring(0, dots).strip());
            long last = Long.parseLong(text.substring(dots + 2).strip());
            return new SeedList(LongStream.rangeClosed(first, last).limit(MOST + 1L).boxed().toList());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no list of seeds, such as 1..5 or 1,2,7", e);
        }
    }
}
