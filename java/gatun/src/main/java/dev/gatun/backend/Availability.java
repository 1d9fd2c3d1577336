package dev.gatun.backend;

import java.util.List;

/** Whether a backend works on this machine. */
public sealed interface Availability {
    /** It works; the facts describe what was found. */
    record Available(List<Fact> facts) implements Availability {}

    /** It does not, and what to do about it; the facts describe what was found nevertheless. */
    record Unavailable(String reason, String remedy, List<Fact> facts) implements Availability {}

    /** One line for people: {@code oneDNN | 3.11.0, avx512_core_bf16, 2 threads}. */
    record Fact(String subject, String text) {}
}
