package dev.gatun.backend;

import java.util.function.Supplier;

/**
 * One way to compute a region.
 *
 * @param name distinguishes it from the region's other candidates, on every machine; recorded with the choice
 * @param plan creates the plan; called only for candidates that are timed or chosen
 */
public record Candidate(String name, Supplier<KernelPlan> plan) {
    /** The name of a region's only candidate. */
    public static final String ONLY = "only";

    /** Returns the candidate of a region that has no other, named {@link #ONLY}. */
    public static Candidate only(Supplier<KernelPlan> plan) {
        return new Candidate(ONLY, plan);
    }
}
