package dev.gatun.train.parallel;

import dev.gatun.backend.Device;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.Reduction;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.optim.TensorState;
import dev.gatun.train.step.KeptState;
import dev.gatun.train.step.Phase;
import dev.gatun.train.step.StepState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The mean of the weights of all ranks, every few steps and at the end of each epoch; the phase that does it comes
 * after the update. Allocates nothing after construction.
 */
final class WeightMean implements Phase, AutoCloseable {
    private final Device device;
    private final ProcessGroup group;
    private final Synchronization.Weights options;
    private final long first;
    private final Buffer weights;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final MemorySegment mean;
    private final @Nullable Outer outer;
    private final List<KeptState> states = new ArrayList<>();

    /** What the outer optimizer keeps, on the device and where the host reads it. */
    private record Outer(Buffer weights, Buffer momentum, MemorySegment start, MemorySegment moved) {}

    /** @param first the first step, counted from 1, that is each rank's own */
    WeightMean(Device device, Variables variables, ProcessGroup group, Synchronization.Weights options, long first) {
        this.device = device;
        this.group = group;
        this.options = options;
        this.first = first;
        weights = variables.parameters();
        boolean complete = false;
        try {
            mean = staging("mean of weights", weights.bytes());
            if (options.isOuterStep()) {
                long bytes = weights.bytes();
                outer = new Outer(own(device.allocate(Role.OPTIMIZER_STATE, "weights of the mean before", bytes)),
                        own(device.allocate(Role.OPTIMIZER_STATE, "momentum of means", bytes)),
                        staging("weights of the mean before", bytes), staging("momentum of means", bytes));
                states.add(new Kept(KeptState.Kind.OUTER_WEIGHTS, outer.weights));
                states.add(new Kept(KeptState.Kind.OUTER_MOMENTUM, outer.momentum));
            } else {
                outer = null;
            }
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private MemorySegment staging(String label, long bytes) {
        return own(device.memory().allocate(Role.STAGING, label, bytes)).segment();
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    /** What the outer optimizer keeps of each parameter. */
    private record Kept(Kind kind, Buffer memory) implements KeptState {
        @Override
        public Optional<TensorState> of(Variables.Slot slot) {
            return slot.isTrained() ? Optional.of(new TensorState(kind.state, slot.stored(),
                    memory.slice(slot.offset(), slot.stored().bytes()))) : Optional.empty();
        }
    }

    /** What checkpoints keep. */
    List<KeptState> states() {
        return states;
    }

    /** Whether a step, counted from 1, is each rank's own. */
    boolean isOwn(long step) {
        return step >= first;
    }

    /** Comes before a step, counted from 1: what the first outer step starts from are the weights of all ranks. */
    void before(long step) {
        Outer kept = outer;
        if (kept != null && step == first) {
            device.copy(weights, kept.weights);
            device.zero(kept.momentum);
        }
    }

    @Override
    public void run(StepState step) {
        if (isOwn(step.number)
                && ((step.number - first + 1) % options.steps() == 0 || step.plan().endsEpoch)) {
            take();
        }
    }

    private void take() {
        Outer kept = outer;
        device.download(weights, mean);
        if (kept != null) {
            device.download(kept.weights, kept.start);
            device.download(kept.momentum, kept.moved);
        }
        device.stream().synchronize();
        group.allReduce(mean, 0, mean.byteSize(), Reduction.MEAN);
        if (kept != null) {
            step(kept);
            device.upload(kept.start, kept.weights);
            device.upload(kept.moved, kept.momentum);
            device.upload(kept.start, weights);
        } else {
            device.upload(mean, weights);
        }
        device.stream().synchronize();
    }

    private void step(Outer kept) {
        float rate = (float) options.rate();
        float keep = (float) options.momentum();
        for (long at = 0; at < mean.byteSize(); at += Float.BYTES) {
            float start = kept.start.get(ValueLayout.JAVA_FLOAT, at);
            float difference = start - mean.get(ValueLayout.JAVA_FLOAT, at);
            float moved = keep * kept.moved.get(ValueLayout.JAVA_FLOAT, at) + difference;
            kept.moved.set(ValueLayout.JAVA_FLOAT, at, moved);
            kept.start.set(ValueLayout.JAVA_FLOAT, at, start - rate * (keep * moved + difference));
        }
    }

    @Override
    public void close() {
        Closing.inReverse(owned);
        owned.clear();
    }
}
