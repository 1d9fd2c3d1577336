package dev.gatun.train.step;

import dev.gatun.train.program.BoundProgram;
import dev.gatun.update.kernel.StepKernel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the loss is finite before any variable changes. The device halts the steps if it is not; the host throws,
 * unless it runs ahead of the device and reads the result later.
 */
public final class LossCheck implements Phase {
    private final StepKernel control;
    private final @Nullable KeptInputs kept;

    /**
     * Creates the phase.
     *
     * @param kept copies of the inputs, where the host runs ahead of the device; null where the stream is immediate
     */
    public LossCheck(StepKernel control, @Nullable KeptInputs kept) {
        this.control = control;
        this.kept = kept;
    }

    @Override
    public void run(StepState step) {
        step.submitted().add(step.pass(), step.weight);
        check(step);
    }

    /** Checks the loss of the latest forward pass without adding it to the losses of the step. */
    public void check(StepState step) {
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

    /** Restores the inputs and the random state of a batch that halted the steps. */
    public void repeat(BoundProgram pass, SubmittedStep failed, int batch) {
        if (kept != null) {
            kept.restore(pass);
        }
        pass.begin(failed.seed, failed.firstBatch + (long) batch * failed.stride);
    }
}
