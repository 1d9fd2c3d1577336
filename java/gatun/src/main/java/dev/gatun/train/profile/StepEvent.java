package dev.gatun.train.profile;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The event of {@link StepPart#STEP}. */
@Name("dev.gatun.Step")
@Label("Training Step")
@Description("A whole training step")
@Category("Gatun")
@StackTrace(false)
final class StepEvent extends StepPartEvent {}
