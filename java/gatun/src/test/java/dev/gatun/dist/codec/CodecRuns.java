package dev.gatun.dist.codec;

import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.local.ThreadRanks;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Reducers on threads, over a slab with matrices, vectors and padding. */
final class CodecRuns {
    static final MemoryBudget BUDGET = MemoryBudget.unlimited();

    /** Floats of the slab. */
    static final int SLAB = 20_000;

    /** The first range ends here, between two tensors. */
    static final int BOUND = 9_000;

    /** Not in the order of the slab. */
    static final List<TensorRange> TENSORS = List.of(
            new TensorRange(4L * 9_008, 96, 101), // 9008 to 18704
            new TensorRange(0, 1, 10),
            new TensorRange(4L * 16, 60, 100), // 16 to 6016
            new TensorRange(4L * 6_016, 7, 1),
            new TensorRange(4L * 6_032, 48, 60), // 6032 to 8912
            new TensorRange(4L * 18_720, 8, 16),
            new TensorRange(4L * 19_000, 1_000, 1));

    private CodecRuns() {}

    /** What a rank does with its reducer. */
    @FunctionalInterface
    interface Work {
        void run(ProcessGroup group, GradientReducer reducer, MemorySegment gradients) throws Exception;
    }

    static void run(int ranks, GradientCompression compression, Work work) {
        run(ranks, compression, TENSORS, SLAB, work);
    }

    static void run(int ranks, GradientCompression compression, List<TensorRange> tensors, int floats, Work work) {
        ThreadRanks.run(ranks, GroupOptions.DEFAULTS.withTimeout(Duration.ofSeconds(60)), BUDGET, group -> {
            try (HostBuffer slab = BUDGET.allocate(Role.GRADIENTS, "test", 4L * floats);
                    GradientReducer reducer = GradientReducers.of(compression, tensors, slab.bytes(), group, BUDGET)) {
                work.run(group, reducer, slab.segment());
            }
        });
    }

    /** Reduces the slab in two ranges, the later one first. */
    static void reduce(ProcessGroup group, GradientReducer reducer, MemorySegment gradients) {
        reducer.reduce(group, gradients, 4L * BOUND, 4L * (SLAB - BOUND));
        reducer.reduce(group, gradients, 0, 4L * BOUND);
    }

    /** Returns normal numbers of different magnitudes where there are tensors, zero elsewhere. */
    static float[] draw(int rank, int step) {
        float[] values = new float[SLAB];
        Random random = new Random(1_000L * rank + step);
        for (TensorRange tensor : TENSORS) {
            float scale = (float) Math.exp(2 * random.nextGaussian());
            for (int i = 0; i < tensor.elements(); i++) {
                values[(int) (tensor.offset() / 4) + i] = scale * (float) random.nextGaussian();
            }
        }
        return values;
    }

    static void set(MemorySegment gradients, float[] values) {
        MemorySegment.copy(values, 0, gradients, ValueLayout.JAVA_FLOAT, 0, values.length);
    }

    static float[] get(MemorySegment gradients) {
        return gradients.toArray(ValueLayout.JAVA_FLOAT);
    }

    static CodecState state(GradientReducer reducer, String name) {
        return reducer.states().stream().filter(state -> state.name().equals(name)).findFirst().orElseThrow();
    }
}
