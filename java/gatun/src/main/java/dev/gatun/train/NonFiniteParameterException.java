package dev.gatun.train;

/**
 * A parameter, a running statistic or a state of the optimizer became infinite or NaN while the loss was still finite.
 * No checkpoint holds it: the latest one is of before.
 */
public final class NonFiniteParameterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String variable;

    NonFiniteParameterException(long step, String variable) {
        super(variable + " is no longer finite after step " + step
                + ": use a smaller learning rate, or look at the data; nothing of it was saved");
        this.variable = variable;
    }

    /** The name of the first one; of a state that of its parameter before it: {@code fc.weight.exp_avg}. */
    public String variable() {
        return variable;
    }
}
