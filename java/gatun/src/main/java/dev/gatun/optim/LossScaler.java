package dev.gatun.optim;

import dev.gatun.update.kernel.LossScaleRule;
import dev.gatun.update.kernel.StepBlock;
import dev.gatun.update.kernel.StepKernel;
import java.util.LinkedHashMap;
import java.util.Map;

/** The factor of the loss as it stands, by the rules of a {@link LossScaling}. */
public final class LossScaler {
    private static final String SCALE = "scale";
    private static final String TRACKER = "_growth_tracker"; // this and SCALE are PyTorch's names
    private static final String SKIPPED = "skipped_in_a_row";

    private final LossScaling scaling;
    private final LossScaleRule rule;
    private final StepBlock block = StepBlock.onHost();

    /** At the start of a run. */
    public LossScaler(LossScaling scaling) {
        this.scaling = scaling;
        this.rule = scaling.rule();
        block.setScale(rule.initial(), 0, 0);
    }

    /** Whether the loss is scaled, and gradients must be looked at. */
    public boolean isOn() {
        return !(scaling instanceof LossScaling.None);
    }

    /** What the loss is multiplied by. */
    public float scale() {
        return block.scale();
    }

    /** Finite steps since the factor changed. */
    public long growthTracker() {
        return block.finiteInARow();
    }

    /** Steps left out since the latest one that was not. */
    public int skippedInARow() {
        return Math.toIntExact(block.skippedInARow());
    }

    /** Whether more steps in a row were left out than may be. */
    public boolean isHopeless() {
        return block.skippedInARow() > rule.mostSkips();
    }

    /** Takes whether the gradients of a step were finite. The factor is kept in f32, as PyTorch does. */
    public void update(boolean finite) {
        rule.apply(block, finite);
    }

    /** Takes over what an optimizer's steps came to, where they are what decides the factor. */
    public void take(StepBlock step) {
        block.setScale(step.scale(), step.finiteInARow(), step.skippedInARow());
    }

    /** Makes an optimizer's steps go on from here. */
    public void give(StepKernel steps) {
        steps.setScale(block.scale(), block.finiteInARow(), block.skippedInARow());
    }

    /** All that a resumed run needs; empty where the loss is not scaled. */
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        if (isOn()) {
            state.put(SCALE, (double) scale());
            state.put(TRACKER, growthTracker());
            state.put(SKIPPED, (long) skippedInARow());
        }
        return state;
    }

    /**
     * Goes on from a state.
     *
     * @throws IllegalArgumentException when it does not fit; nothing is changed then
     */
    public void restore(Map<String, ?> state) {
        if (state.isEmpty() == isOn()) {
            throw new IllegalArgumentException("one of the two runs scales its loss, the other does not");
        }
        if (!isOn()) {
            return;
        }
        if (state.get(SCALE) instanceof Number restored && (float) restored.doubleValue() >= 0
                && Float.isFinite((float) restored.doubleValue())
                && state.get(TRACKER) instanceof Long finite && state.get(SKIPPED) instanceof Long skips
                && finite >= 0 && skips >= 0 && skips <= Integer.MAX_VALUE) {
            block.setScale((float) restored.doubleValue(), finite, skips);
            return;
        }
        throw new IllegalArgumentException("the state of the loss scale is damaged: " + state);
    }
}
