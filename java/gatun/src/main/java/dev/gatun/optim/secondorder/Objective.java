package dev.gatun.optim.secondorder;

import java.lang.foreign.MemorySegment;

/** A function of n numbers to be made small, with its gradient; all in double. */
public interface Objective {
    /**
     * The value at a point.
     *
     * @param point    (n) f64, read
     * @param gradient (n) f64, written
     */
    double evaluate(MemorySegment point, MemorySegment gradient);

    /** An objective that also knows its second derivatives. */
    interface WithHessian extends Objective {
        /**
         * The second derivatives at a point.
         *
         * @param point   (n) f64, read
         * @param hessian (n, n) f64 row-major, written: symmetric
         */
        void hessian(MemorySegment point, MemorySegment hessian);
    }
}
