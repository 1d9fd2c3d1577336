package dev.gatun.train.step;

import dev.gatun.train.program.BoundProgram;
import dev.gatun.update.kernel.StepKernel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the loss before anything changes: the device does, and halts the steps where it is not finite; so does the
 * host, unless it is ahead of the device and hears of it later.
 */
public final class LossCheck implements Phase {
    private final StepKernel control;
    private final @Nullable KeptInputs kept;

    /**
     * A check.
     *
     * @param kept where the host is ahead; null where work is done when it is submitted
     */
    public LossCheck(StepKernel control, @Nullable KeptInputs kept) {
        this.control = control;
        this.kept = kept;
    }

    @Override
    public void run(StepState step) {
        step.submitted().add(step.pass(), step.weight);
        look(step);
    }

    /** Looks at the latest forward pass without counting its loss. */
    public void look(StepState step) {
        BoundProgram pass = step.pass();
        control.observe(pass.lossBuffer());
        if (kept != null) {
            kept.keepWhereHalted(pass);
            return;
        }
        float loss = pass.loss();
        if (!Float.isFinite(loss)) {
            throw new NonFiniteLossException(step.number, loss, pass.locateNonFinite());
        }
    }

    @Override
    public Optional<NonFiniteLossException> explain(SubmittedStep failed) {
        for (int i = 0; i < failed.batches; i++) {
            BatchResults results = failed.results(i);
            if (!Float.isFinite(results.loss())) {
                repeat(results.pass(), failed, i);
                return Optional.of(new NonFiniteLossException(
                        failed.number, results.loss(), results.pass().locateNonFinite()));
            }
        }
        return Optional.empty();
    }

    /** Puts a batch that halted the steps back, and the random numbers it had. */
    public void repeat(BoundProgram pass, SubmittedStep failed, int batch) {
        if (kept != null) {
            kept.restore(pass);
        }
        pass.begin(failed.seed, failed.firstBatch + batch);
    }
}
