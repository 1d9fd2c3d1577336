package dev.gatun.optim.schedule;

/** A schedule of the learning rate that says what the momentum (or the first beta) does meanwhile. */
public sealed interface CyclesMomentum extends Schedule permits OneCycleSchedule, CyclicSchedule {
    /** The momentum itself, not a factor, after {@code steps} steps. */
    double momentum(long steps);

    /** The momentum as a schedule of its own. Without it the momentum stays, as with {@code cycle_momentum=False}. */
    default MomentumSchedule momentumSchedule() {
        return new MomentumSchedule(this);
    }
}
