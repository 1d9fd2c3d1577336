package dev.gatun.optim.secondorder;

import java.lang.foreign.MemorySegment;

/** A function of n variables to be minimised, with its gradient, in double precision. */
public interface Objective {
    /**
     * Evaluates value and gradient at a point and returns the value.
     *
     * @param point    (n) f64, read
     * @param gradient (n) f64, written
     */
    double evaluate(MemorySegment point, MemorySegment gradient);

    /** An objective with second derivatives. */
    interface WithHessian extends Objective {
        /**
         * Evaluates the second derivatives at a point.
         *
         * @param point   (n) f64, read
         * @param hessian (n, n) f64 row-major, written: symmetric
         */
        void hessian(MemorySegment point, MemorySegment hessian);
    }
}
