package dev.gatun.train.parallel.server;

/**
 * What workers and rank 0 say to each other. A worker pushes numbers, and, where it had examples, its slab of gradients
 * and its slab of buffers. Unless that was its last round of an epoch, it is answered: numbers, and the slab of
 * parameters unless all are to stop.
 */
final class Protocol {
    /** Of a push: the sum of losses by the weights of batches. */
    static final int LOSS = 0;
    /** The sum of these weights. */
    static final int WEIGHTS = 1;
    /** Examples; 0 where the worker had none in this round. */
    static final int EXAMPLES = 2;
    /** Factor that makes the gradients, divided by the loss scale, those of the mean loss. */
    static final int GRADIENT_SCALE = 3;
    /** The loss scale that the gradients were computed with. */
    static final int LOSS_SCALE = 4;
    /** 1 for a worker's last round of an epoch. */
    static final int LAST = 5;
    /** 1 where the worker was asked to stop. */
    static final int WANTS_STOP = 6;
    /** Sums of metrics. */
    static final int METRICS = 7;

    /** Of an answer: 1 where all are to stop. */
    static final int STOP = 0;
    /** The loss scale of the next gradients. */
    static final int NEXT_LOSS_SCALE = 1;
    /** Numbers of an answer. */
    static final int ANSWER = 2;

    private Protocol() {}
}
