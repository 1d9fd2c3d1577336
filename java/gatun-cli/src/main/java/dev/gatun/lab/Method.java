package dev.gatun.lab;

import java.util.Locale;

/** A method of minimising a surface. */
public sealed interface Method {
    /** Returns the display name. */
    String title();

    /** Returns the family, whose methods are drawn in one picture. */
    Family family();

    /** An update rule. */
    record Rule(Contender contender) implements Method {
        @Override
        public String title() {
            return contender.name();
        }

        @Override
        public Family family() {
            return contender.family();
        }
    }

    /**
     * A second-order method, which evaluates the function at points of its own choice and finds its step lengths
     * itself.
     */
    enum Curvature implements Method {
        /**
         * L-BFGS with strong Wolfe conditions; a step is one iteration, whatever the number of evaluations of its line
         * search.
         */
        LBFGS,
        /** Newton's method, with the exact Hessian. */
        NEWTON;

        private final String word = name().toLowerCase(Locale.ROOT);

        @Override
        public String title() {
            return word;
        }

        @Override
        public Family family() {
            return Family.CURVATURE;
        }
    }
}
