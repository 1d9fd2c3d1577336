package dev.gatun.train.profile;

import dev.gatun.engine.KernelReport;

/** Something that ran in a training step. */
public sealed interface TraceEvent {
    /** Returns the number of the step, from 1. */
    long step();

    /** Returns when it ran. */
    TimeSpan time();

    /** A kernel. */
    record Kernel(KernelReport kernel, long step, TimeSpan time) implements TraceEvent {}

    /** A part of the step; a checkpoint comes after the step that it is counted to. */
    record Part(StepPart part, long step, TimeSpan time) implements TraceEvent {}
}
