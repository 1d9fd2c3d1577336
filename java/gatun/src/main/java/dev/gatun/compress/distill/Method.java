package dev.gatun.compress.distill;

/** What a student learns from, with the parameters of the loss. */
public sealed interface Method permits Comparison, SolutionFlow, DeeperExits, MutualLearning {
    /** Returns whether the method needs a teacher beside the student. */
    default boolean needsTeacher() {
        return true;
    }
}
