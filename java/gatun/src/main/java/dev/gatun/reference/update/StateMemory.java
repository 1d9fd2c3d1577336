package dev.gatun.reference.update;

import dev.gatun.update.ElementRange;

/** Memory of one number per element that is read and written by ranges. */
interface StateMemory {
    /** The numbers of a range. */
    double[] read(ElementRange range);

    /** Sets the numbers of a range, in a step of the given number. */
    void write(ElementRange range, double[] values, long step);
}
