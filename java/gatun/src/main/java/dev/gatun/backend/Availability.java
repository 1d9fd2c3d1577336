package dev.gatun.backend;

import java.util.List;

/** Whether a backend works on this machine. */
public sealed interface Availability {
    /** The backend works; {@code facts} describe what was found. */
    record Available(List<Fact> facts) implements Availability {}

    /**
     * The backend does not work, for {@code reason}, which {@code remedy} mends; {@code facts} describe what was found.
     */
    record Unavailable(String reason, String remedy, List<Fact> facts) implements Availability {}

    /** A line of a diagnostic report: {@code oneDNN | 3.11.0, avx512_core_bf16, 2 threads}. */
    record Fact(String subject, String text) {}
}
