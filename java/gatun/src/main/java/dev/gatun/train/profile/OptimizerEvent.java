package dev.gatun.train.profile;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The event of {@link StepPart#OPTIMIZER}. */
@Name("dev.gatun.Optimizer")
@Label("Optimizer")
@Description("The update of the parameters")
@Category("Gatun")
@StackTrace(false)
final class OptimizerEvent extends StepPartEvent {}
