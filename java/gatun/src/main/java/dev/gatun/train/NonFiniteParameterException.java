package dev.gatun.train;

/**
 * Thrown when a parameter, a running statistic or a state of the optimizer is infinite or NaN although the loss is
 * finite. No checkpoint contains it.
 */
public final class NonFiniteParameterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String variable;

    NonFiniteParameterException(long step, String variable) {
        super(variable + " is no longer finite after step " + step
                + ": use a smaller learning rate, or look at the data; nothing of it was saved");
        this.variable = variable;
    }

    /**
     * Returns the name of the first such variable; for a state preceded by its parameter's: {@code fc.weight.exp_avg}.
     */
    public String variable() {
        return variable;
    }
}
