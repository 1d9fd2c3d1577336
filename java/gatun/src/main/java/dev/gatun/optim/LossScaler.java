package dev.gatun.optim;

import java.util.LinkedHashMap;
import java.util.Map;

/** The factor of the loss as it stands, by the rules of a {@link LossScaling}. */
public final class LossScaler {
    private static final String SCALE = "scale";
    private static final String TRACKER = "_growth_tracker"; // this and SCALE are PyTorch's names
    private static final String SKIPPED = "skipped_in_a_row";

    private final LossScaling scaling;
    private float scale;
    private long tracker;
    private int skipped;

    /** At the start of a run. */
    public LossScaler(LossScaling scaling) {
        this.scaling = scaling;
        this.scale = (float) switch (scaling) {
            case LossScaling.None _ -> 1;
            case LossScaling.Fixed fixed -> fixed.scale();
            case LossScaling.Dynamic dynamic -> dynamic.initial();
        };
    }

    /** Whether the loss is scaled, and gradients must be looked at. */
    public boolean isOn() {
        return !(scaling instanceof LossScaling.None);
    }

    /** What the loss is multiplied by. */
    public float scale() {
        return scale;
    }

    /** Finite steps since the factor changed. */
    public long growthTracker() {
        return tracker;
    }

    /** Steps left out since the latest one that was not. */
    public int skippedInARow() {
        return skipped;
    }

    /** Whether more steps in a row were left out than may be. */
    public boolean isHopeless() {
        return switch (scaling) {
            case LossScaling.None _ -> false;
            case LossScaling.Fixed fixed -> skipped > fixed.mostSkips();
            case LossScaling.Dynamic dynamic -> skipped > dynamic.mostSkips();
        };
    }

    /** Takes whether the gradients of a step were finite. The factor is kept in f32, as PyTorch does. */
    public void update(boolean finite) {
        skipped = finite ? 0 : skipped + 1;
        if (!(scaling instanceof LossScaling.Dynamic dynamic)) {
            return;
        }
        tracker = finite ? tracker + 1 : 0;
        if (!finite) {
            scale = (float) (scale * dynamic.backoff());
        } else if (tracker == dynamic.interval()) {
            float grown = (float) (scale * dynamic.growth());
            scale = Float.isFinite(grown) ? grown : scale;
            tracker = 0;
        }
    }

    /** All that a resumed run needs; empty where the loss is not scaled. */
    public Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        if (isOn()) {
            state.put(SCALE, (double) scale);
            state.put(TRACKER, tracker);
            state.put(SKIPPED, (long) skipped);
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
            scale = (float) restored.doubleValue();
            tracker = finite;
            skipped = Math.toIntExact(skips);
            return;
        }
        throw new IllegalArgumentException("the state of the loss scale is damaged: " + state);
    }
}
