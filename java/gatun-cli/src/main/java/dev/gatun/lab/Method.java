package dev.gatun.lab;

import java.util.Locale;

/** A way to go down on a surface. */
public sealed interface Method {
    /** What people call it. */
    String title();

    /** With whom it shares a picture. */
    Family family();

    /** An optimizer's rule. */
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
     * An optimizer that asks for the function at points of its own choice; it finds the length of its steps by itself.
     */
    enum Curvature implements Method {
        /** L-BFGS with strong Wolfe conditions; a step is one iteration, whatever its line search evaluates. */
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
