package dev.gatun.train.profile;

import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;

/** What the events of the parts of a step share. */
abstract class StepPartEvent extends Event {
    @Label("Step")
    @Description("Number of the step, from 1")
    long step;
}
