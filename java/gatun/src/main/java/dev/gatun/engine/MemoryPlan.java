package dev.gatun.engine;

import dev.gatun.backend.KernelPlan;
import dev.gatun.engine.Step.Stage;
import dev.gatun.engine.Step.Tensor;
import dev.gatun.memory.LifetimePlanner;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives every tensor that is not a variable or a gradient of one a place in the slab of activations. Tensors share
 * memory when their lives do not overlap; an elementwise result takes over the memory of an input that nobody reads any
 * more.
 */
final class MemoryPlan {
    /** Tensors that share one piece of memory because one is a view of, or overwrites, another. */
    private static final class Place {
        private final int first;
        private final long bytes;
        private int last;
        private int block = -1;

        Place(int first, int last, long bytes) {
            this.first = first;
            this.last = last;
            this.bytes = bytes;
        }
    }

    private final Map<Tensor, Place> places = new LinkedHashMap<>(); // in order: the same plan every time
    private final Map<Tensor, Tensor> aliases = new HashMap<>();
    private final Map<Tensor, Integer> lastUses = new HashMap<>();
    private final Map<Tensor, Long> offsets = new HashMap<>();
    private final long bytes;
    private final long peakBytes;

    /**
     * Plans.
     *
     * @param fixed  tensors that lie elsewhere
     * @param inputs tensors filled from outside before the first step
     * @param kept   tensors that must be readable after the last step
     */
    MemoryPlan(List<Step> steps, Set<Tensor> fixed, List<Tensor> inputs, Set<Tensor> kept) {
        int end = steps.size();
        for (int i = 0; i < end; i++) {
            for (Tensor tensor : steps.get(i).inputs()) {
                lastUses.put(tensor, i);
            }
        }
        kept.forEach(tensor -> lastUses.put(tensor, end));
        for (Tensor input : inputs) {
            places.put(input, new Place(0, end, input.stored().bytes()));
        }
        for (int i = 0; i < end; i++) {
            place(steps.get(i), i, fixed, end);
        }
        LifetimePlanner planner = new LifetimePlanner();
        for (Place place : places.values()) {
            if (place.block < 0) {
                place.block = planner.add(place.bytes, place.first, place.last);
            }
        }
        LifetimePlanner.Plan plan = planner.plan();
        places.forEach((tensor, place) -> offsets.put(tensor, plan.offsets().get(place.block)));
        bytes = plan.bytes();
        peakBytes = plan.peakBytes();
    }

    private void place(Step step, int index, Set<Tensor> fixed, int end) {
        KernelPlan plan = step.plan();
        for (int i = 0; i < step.outputs().size(); i++) {
            Tensor output = step.outputs().get(i);
            if (fixed.contains(output)) {
                continue;
            }
            if (plan.isView() && i == 0 && isElsewhere(step.inputs().getFirst(), fixed)) {
                Tensor source = step.inputs().getFirst();
                aliases.put(output, aliases.getOrDefault(source, source));
                continue;
            }
            int last = Math.max(index, lastUses.getOrDefault(output, index));
            Place shared = sharedPlace(step, plan, i, index);
            if (shared != null) {
                shared.last = Math.max(shared.last, last);
                places.put(output, shared);
            } else if (step.stage() == Stage.PREPACK) {
                places.put(output, new Place(0, end, output.stored().bytes())); // valid for many runs
            } else {
                places.put(output, new Place(index, last, output.stored().bytes()));
            }
        }
    }

    private boolean isElsewhere(Tensor tensor, Set<Tensor> fixed) {
        return fixed.contains(tensor) || aliases.containsKey(tensor);
    }

    private @Nullable Place sharedPlace(Step step, KernelPlan plan, int output, int index) {
        if (plan.isView() && output == 0) {
            return places.get(step.inputs().getFirst());
        }
        int input = plan.inPlace(output);
        if (input == KernelPlan.NOT_IN_PLACE) {
            return null;
        }
        Place place = places.get(step.inputs().get(input));
        if (place == null || place.last != index) {
            return null; // a variable, or somebody reads it later
        }
        return place.bytes == step.outputs().get(output).stored().bytes() ? place : null;
    }

    long bytes() {
        return bytes;
    }

    /** The least that any plan could need. */
    long peakBytes() {
        return peakBytes;
    }

    /** The tensor elsewhere whose memory a view shares; null for a tensor that has a place here. */
    @Nullable Tensor alias(Tensor tensor) {
        return aliases.get(tensor);
    }

    long offset(Tensor tensor) {
        Long offset = offsets.get(tensor);
        if (offset == null) {
            throw new IllegalStateException("no place was planned for " + tensor.value());
        }
        return offset;
    }
}
