package dev.gatun.optim.schedule;

/** A schedule of the learning rate that also defines the momentum (or the first beta). */
public sealed interface CyclesMomentum extends Schedule permits OneCycleSchedule, CyclicSchedule {
    /** Returns the momentum, an absolute value, after {@code steps} steps. */
    double momentum(long steps);

    /**
     * Returns the schedule of the momentum. If it is not used, the momentum is constant, as with
     * {@code cycle_momentum=False}.
     */
    default MomentumSchedule momentumSchedule() {
        return new MomentumSchedule(this);
    }
}
