package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Retention;
import dev.gatun.memory.Role;
import dev.gatun.update.kernel.StepKernel;
import java.util.List;

/**
 * The slow weights of {@link Lookahead}, for any optimizer: {@link #before} and {@link #after} are called for each of
 * its steps. They are initialised to the weights before the first step. Allocates nothing after construction; belongs
 * to the device's thread.
 */
public final class SlowWeights implements AutoCloseable {
    /** The name of the slow weights among an optimizer's states. */
    public static final String NAME = "slow";

    private final Lookahead options;
    private final Buffer fast;
    private final Buffer slow;
    private final Retention retention;
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
        retention = new Retention(List.of(fast, slow));
        boolean complete = false;
        try {
            retention.begin();
            complete = true;
        } finally {
            if (!complete) {
                slow.close();
            }
        }
    }

    /** Submits the work before a step of the optimizer, without waiting. */
    public void before(StepKernel control) {
        control.copyBeforeFirst(fast, slow);
    }

    /** Submits the work after a step of the optimizer, without waiting. */
    public void after(StepKernel control) {
        control.lookAhead(options.every(), options.rate(), fast, slow);
    }

    /** Returns the slow weights, with the layout of the parameters. */
    public Buffer buffer() {
        return slow;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            retention.end();
            slow.close();
        }
    }
}
