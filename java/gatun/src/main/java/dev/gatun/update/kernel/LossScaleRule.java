package dev.gatun.update.kernel;

/**
 * How the factor of the loss follows from whether the gradients of a step were finite, as PyTorch's {@code GradScaler}
 * has it.
 *
 * @param initial   first factor
 * @param growth    what it is multiplied by after {@code interval} finite steps in a row, unless that overflows; 1 for
 *                  a factor that stays
 * @param backoff   what it is multiplied by after each step whose gradients are not finite; 1 for a factor that stays
 * @param interval  finite steps in a row
 * @param mostSkips steps that may be skipped in a row
 * @param looks     whether the gradients of every step are looked at
 */
public record LossScaleRule(
        float initial, double growth, double backoff, long interval, long mostSkips, boolean looks) {
    /** Nothing is scaled, and nobody looks. */
    public static final LossScaleRule NONE = new LossScaleRule(1, 1, 1, Long.MAX_VALUE, Long.MAX_VALUE, false);

    /** The factor after a step, kept in f32 as PyTorch does. */
    float next(float scale, long finiteInARow, boolean finite) {
        if (!finite) {
            return (float) (scale * backoff);
        }
        float grown = (float) (scale * growth);
        return finiteInARow == interval && Float.isFinite(grown) ? grown : scale;
    }

    /** Whether more steps in a row were skipped than may be. */
    public boolean isHopeless(StepBlock block) {
        return block.skippedInARow() > mostSkips;
    }

    /** Takes whether the gradients of a step were finite into a block. */
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
