package dev.gatun.train.profile;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The event of {@link StepPart#CHECKPOINT}. */
@Name("dev.gatun.Checkpoint")
@Label("Checkpoint")
@Description("As long as the run waits for a checkpoint")
@Category("Gatun")
@StackTrace(false)
final class CheckpointEvent extends StepPartEvent {}
