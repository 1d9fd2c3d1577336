package dev.gatun.backend;

import java.util.function.Supplier;

/**
 * One way to compute a region.
 *
 * @param name tells it from the region's other candidates, on every machine where they exist: it is what is recorded
 * @param plan makes the plan; called only for candidates that are tried or taken
 */
public record Candidate(String name, Supplier<KernelPlan> plan) {
    /** The name of a region's only candidate. */
    public static final String ONLY = "only";

    /** The only way there is. */
    public static Candidate only(Supplier<KernelPlan> plan) {
        return new Candidate(ONLY, plan);
    }
}
