package dev.gatun.train;

/** Thrown when the loss of an evaluation is infinite or NaN although all parameters are finite. */
public final class NonFiniteEvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NonFiniteEvaluationException(float loss, String where) {
        super("the loss of the evaluation is " + loss + "; the first non-finite value is in " + where
                + ": use a smaller learning rate, or look at the data");
    }
}
