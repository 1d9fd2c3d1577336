package dev.gatun.lab;

/** A way to go down on a surface. */
public sealed interface Method {
    /** What people call it. */
    String name();

    /** With whom it shares a picture. */
    Family family();

    /** An optimizer's rule. */
    record Rule(Contender contender) implements Method {
        @Override
        public String name() {
            return contender.name();
        }

        @Override
        public Family family() {
            return contender.family();
        }
    }
}
