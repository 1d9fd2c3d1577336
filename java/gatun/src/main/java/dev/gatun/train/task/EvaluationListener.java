package dev.gatun.train.task;

/** A listener of an evaluation, called on the thread that evaluates. */
@FunctionalInterface
public interface EvaluationListener {
    /**
     * Called after each batch, in the order of the data set.
     *
     * @param done  number of examples evaluated so far, those of this batch included
     * @param all   number of examples of the data set
     * @param batch results and inputs of the batch, readable during the call only
     * @return whether to go on; if false, the evaluation ends here, without a result
     */
    boolean onBatch(long done, long all, Outputs batch);
}
