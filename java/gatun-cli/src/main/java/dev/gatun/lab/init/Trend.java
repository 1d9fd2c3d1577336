package dev.gatun.lab.init;

/** What becomes of a norm from layer to layer. */
public enum Trend {
    VANISHES("vanishes"),
    LEVEL("stays level"),
    EXPLODES("explodes");

    /** A factor from layer to layer, or its inverse, that fifty layers make a hundred of. */
    private static final double LEAST = 1.1;

    private final String text;

    Trend(String text) {
        this.text = text;
    }

    /** That of a mean factor from a layer to the next. */
    static Trend of(double factor) {
        return factor < 1 / LEAST ? VANISHES : factor > LEAST ? EXPLODES : LEVEL;
    }

    /** For people. */
    public String text() {
        return text;
    }
}
