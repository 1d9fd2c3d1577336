package dev.gatun.train.profile;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The event of {@link StepPart#DATA_WAIT}. */
@Name("dev.gatun.DataWait")
@Label("Wait for Data")
@Description("From the request for a batch until it is there")
@Category("Gatun")
@StackTrace(false)
final class DataWaitEvent extends StepPartEvent {}
