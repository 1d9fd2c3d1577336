package dev.gatun.train.parallel;

import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.Reduction;
import dev.gatun.dist.codec.CodecState;
import dev.gatun.dist.codec.GradientCompression;
import dev.gatun.dist.codec.GradientReducer;
import dev.gatun.dist.codec.GradientReducers;
import dev.gatun.dist.codec.TensorRange;
import dev.gatun.engine.Variables;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.optim.TensorState;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import dev.gatun.train.step.Consensus;
import dev.gatun.train.step.KeptState;
import dev.gatun.train.step.Phase;
import dev.gatun.train.step.StepState;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compressed sums of gradients, and what they keep from step to step. At the end of each epoch, and before ranks stop,
 * rank 0 takes over what all ranks have not sent yet: their sum is all that counts, and so a checkpoint of rank 0 has
 * it. A checkpoint between two of these, as after a rank was lost, has rank 0's own part.
 */
final class CompressedSums implements Phase, GradientReduction.Reducer, AutoCloseable {
    private final ProcessGroup group;
    private final GradientReducer reducer;
    private final List<HostBuffer> errors;
    private final List<KeptState> states = new ArrayList<>();
    private @Nullable Consensus consensus;

    CompressedSums(
            GradientCompression compression, Variables variables, ProcessGroup group, MemoryBudget budget) {
        this.group = group;
        reducer = GradientReducers.of(compression, tensors(variables), variables.gradients().bytes(), group, budget);
        errors = reducer.states().stream().filter(state -> state.sharing() == CodecState.Sharing.RANK)
                .map(CodecState::memory).toList();
        if (variables.gradients() instanceof HostBuffer) {
            for (CodecState state : reducer.states()) {
                states.add(kept(state, variables));
            }
        }
    }

    private static List<TensorRange> tensors(Variables variables) {
        return variables.slots().stream().filter(Variables.Slot::isTrained).map(slot -> {
            long elements = slot.stored().bytes() / Float.BYTES;
            int rank = slot.variable().shape().rank();
            long rows = rank < 2 ? 1 : slot.variable().shape().extent(0);
            return elements % rows == 0 ? new TensorRange(slot.offset(), rows, elements / rows)
                    : new TensorRange(slot.offset(), 1, elements);
        }).toList();
    }

    /** What has the slab's size has a part for each variable; another, such as PowerSGD's matrices, is the first's. */
    private static KeptState kept(CodecState state, Variables variables) {
        boolean bySlot = state.memory().bytes() == variables.gradients().bytes();
        KeptState.Kind kind = switch (state.sharing()) {
            case RANK -> KeptState.Kind.UNSENT;
            case COMMON -> KeptState.Kind.LOW_RANK;
        };
        Variables.Slot first = variables.slots().stream().filter(Variables.Slot::isTrained).findFirst().orElseThrow();
        Stored whole = Stored.rowMajor(TensorType.f32(state.memory().bytes() / Float.BYTES));
        return new KeptState() {
            @Override
            public Kind kind() {
                return kind;
            }

            @Override
            public Optional<TensorState> of(Variables.Slot slot) {
                if (bySlot) {
                    return slot.isTrained() ? Optional.of(new TensorState(kind.state, slot.stored(),
                            state.memory().slice(slot.offset(), slot.stored().bytes()))) : Optional.empty();
                }
                return slot.equals(first)
                        ? Optional.of(new TensorState(state.name() + "." + kind.state, whole, state.memory()))
                        : Optional.empty();
            }
        };
    }

    /** Sets what knows whether the ranks stop. */
    void stopsWith(@Nullable Consensus newConsensus) {
        consensus = newConsensus;
    }

    List<KeptState> states() {
        return states;
    }

    @Override
    public void reduce(MemorySegment gradients, long offset, long bytes) {
        reducer.reduce(group, gradients, offset, bytes);
    }

    /** A checkpoint was restored, on all ranks: what was not sent is rank 0's. */
    void restored() {
        if (!group.isFirst()) {
            errors.forEach(each -> each.segment().fill((byte) 0));
        }
    }

    /** Comes after the update. */
    @Override
    public void run(StepState step) {
        if (step.plan().endsEpoch || (consensus != null && consensus.stops())) {
            for (int i = 0; i < errors.size(); i++) {
                group.allReduce(errors.get(i).segment(), 0, errors.get(i).bytes(), Reduction.SUM);
                if (!group.isFirst()) {
                    errors.get(i).segment().fill((byte) 0);
                }
            }
        }
    }

    @Override
    public void close() {
        reducer.close();
    }
}
