package dev.gatun.optim;

import dev.gatun.update.kernel.StepBlock;
import dev.gatun.update.kernel.StepKernel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The state of a dynamic loss scale, as stored in checkpoints.
 *
 * @param scale         current loss scale, in f32 as in PyTorch
 * @param finiteInARow  finite steps since the scale changed
 * @param skippedInARow consecutive skipped steps, up to now
 */
public record LossScaleState(float scale, long finiteInARow, long skippedInARow) {
    private static final String SCALE = "scale";
    private static final String TRACKER = "_growth_tracker"; // this and SCALE are PyTorch's names
    private static final String SKIPPED = "skipped_in_a_row";

    /** Returns the state after the step that a block reports. */
    public static LossScaleState of(StepBlock block) {
        return new LossScaleState(block.scale(), block.finiteInARow(), block.skippedInARow());
    }

    /**
     * Reads the result of {@link #toMap}.
     *
     * @throws IllegalArgumentException if it is damaged, or only one of the two runs scales its loss
     */
    public static LossScaleState read(LossScaling scaling, Map<String, ?> state) {
        boolean scales = !(scaling instanceof LossScaling.None);
        if (state.isEmpty() == scales) {
            throw new IllegalArgumentException("one of the two runs scales its loss, the other does not");
        }
        if (!scales) {
            return new LossScaleState(1, 0, 0);
        }
        if (state.get(SCALE) instanceof Number restored && (float) restored.doubleValue() > 0
                && Float.isFinite((float) restored.doubleValue())
                && state.get(TRACKER) instanceof Long finite && state.get(SKIPPED) instanceof Long skips
                && finite >= 0 && skips >= 0 && skips <= Integer.MAX_VALUE) {
            return new LossScaleState((float) restored.doubleValue(), finite, skips);
        }
        throw new IllegalArgumentException("the state of the loss scale is damaged: " + state);
    }

    /** Returns the state as plain values; empty where the loss is not scaled. */
    public Map<String, Object> toMap(LossScaling scaling) {
        Map<String, Object> state = new LinkedHashMap<>();
        if (!(scaling instanceof LossScaling.None)) {
            state.put(SCALE, (double) scale);
            state.put(TRACKER, finiteInARow);
            state.put(SKIPPED, skippedInARow);
        }
        return state;
    }

    /** Sets the state of a step kernel. */
    public void giveTo(StepKernel steps) {
        steps.setScale(scale, finiteInARow, skippedInARow);
    }
}
