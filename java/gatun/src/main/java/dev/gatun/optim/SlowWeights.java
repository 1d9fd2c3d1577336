package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Role;
import dev.gatun.update.kernel.StepKernel;

/**
 * The slow weights of {@link Lookahead}, around any optimizer: {@link #before} and {@link #after} each of its steps.
 * They begin as the weights before the first step. Allocates nothing once it is made; belongs to the device's thread.
 */
public final class SlowWeights implements AutoCloseable {
    /** The name among an optimizer's states. */
    public static final String NAME = "slow";

    private final Lookahead options;
    private final Buffer fast;
    private final Buffer slow;
    private boolean closed;

    /**
     * Allocates the slow weights.
     *
     * @param parameters the weights, f32, that the optimizer updates
     */
    public SlowWeights(Device device, Buffer parameters, Lookahead options) {
        this.options = options;
        this.fast = parameters;
        this.slow = device.allocate(Role.OPTIMIZER_STATE, NAME, parameters.bytes());
        fast.retain();
        slow.retain();
    }

    /** Before a step of an optimizer of the weights. Submitted: waits for nothing. */
    public void before(StepKernel control) {
        control.copyBeforeFirst(fast, slow);
    }

    /** After it. */
    public void after(StepKernel control) {
        control.lookAhead(options.every(), options.rate(), fast, slow);
    }

    /** The slow weights, in the order of the parameters. */
    public Buffer buffer() {
        return slow;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            slow.release();
            fast.release();
            slow.close();
        }
    }
}
