package dev.gatun.update.kernel;

/**
 * The update of the loss scale, depending on whether the gradients of a step are finite, as in PyTorch's
 * {@code GradScaler}.
 *
 * @param initial   initial loss scale
 * @param growth    factor after {@code interval} consecutive finite steps, unless that overflows; 1 for a constant loss
 *                  scale
 * @param backoff   factor after each step whose gradients are not finite; 1 for a constant loss scale
 * @param interval  number of consecutive finite steps before the loss scale grows
 * @param mostSkips largest number of consecutive skipped steps
 * @param checks    whether the gradients of every step are checked for being finite
 */
public record LossScaleRule(
        float initial, double growth, double backoff, long interval, long mostSkips, boolean checks) {
    /** No loss scale (a factor of 1), and no check of the gradients. */
    public static final LossScaleRule NONE = new LossScaleRule(1, 1, 1, Long.MAX_VALUE, Long.MAX_VALUE, false);

    /** The factor after a step, kept in f32 as PyTorch does. */
    float next(float scale, long finiteInARow, boolean finite) {
        if (!finite) {
            return (float) (scale * backoff);
        }
        float grown = (float) (scale * growth);
        return finiteInARow == interval && Float.isFinite(grown) ? grown : scale;
    }

    /** Returns whether more consecutive steps were skipped than allowed. */
    public boolean isHopeless(StepBlock block) {
        return block.skippedInARow() > mostSkips;
    }

    /** Updates a block after a step whose gradients were finite or not. */
    public void apply(StepBlock block, boolean finite) {
        block.skippedInARow(finite ? 0 : block.skippedInARow() + 1);
        if (growth == 1 && backoff == 1) {
            return;
        }
        long row = finite ? block.finiteInARow() + 1 : 0;
        block.scale(next(block.scale(), row, finite));
        block.finiteInARow(row == interval ? 0 : row);
    }
}
