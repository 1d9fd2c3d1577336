package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.op.function.RecurrentCell;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Gates in oneDNN's order: those of an LSTM come as ours, of a GRU the update gate first. oneDNN has one bias where
 * ours are two, of an LSTM their sum; of a GRU it has a fourth block, the last one of the bias that the reset
 * multiplies.
 *
 * @param width of the layer
 */
record RecurrentGates(RecurrentCell cell, long width) {
    /** Blocks of oneDNN's bias. */
    long biases() {
        return 4;
    }

    /** Whether weights are as oneDNN wants them. */
    boolean isOrdered() {
        return switch (cell) {
            case LSTM -> true;
            case GRU -> false;
        };
    }

    private TensorType vector(long blocks) {
        return TensorType.f32(blocks * width);
    }

    /** Copies the weights of a GRU with the first two gates swapped: there and back alike. */
    KernelPlan swapped(Shape weight) {
        Stored stored = Stored.rowMajor(TensorType.f32(weight.extents()));
        long block = stored.bytes() / cell.gates();
        return new CallPlan("gates", List.of(stored), List.of(stored), binding -> {
            MemorySegment source = binding.inputs().getFirst();
            MemorySegment target = binding.outputs().getFirst();
            return () -> {
                MemorySegment.copy(source, 0, target, block, block);
                MemorySegment.copy(source, block, target, 0, block);
                MemorySegment.copy(source, 2 * block, target, 2 * block, block);
            };
        });
    }

    /** oneDNN's bias from two. */
    KernelPlan bias() {
        Stored ours = Stored.rowMajor(vector(cell.gates()));
        return new CallPlan("bias", List.of(ours, ours), List.of(Stored.rowMajor(vector(biases()))), binding -> {
            MemorySegment a = binding.inputs().get(0);
            MemorySegment b = binding.inputs().get(1);
            MemorySegment sum = binding.outputs().getFirst();
            return switch (cell) {
                case LSTM -> () -> Kernels.addForward(4 * width, a, b, sum);
                case GRU -> {
                    MemorySegment[] first = blocks(a);
                    MemorySegment[] second = blocks(b);
                    MemorySegment[] target = blocks(sum);
                    yield () -> {
                        Kernels.addForward(width, first[0], second[0], target[1]);
                        Kernels.addForward(width, first[1], second[1], target[0]);
                        target[2].copyFrom(first[2]);
                        target[3].copyFrom(second[2]);
                    };
                }
            };
        });
    }

    /** The gradients of two biases from that of oneDNN's. */
    KernelPlan biasBackward() {
        Stored ours = Stored.rowMajor(vector(cell.gates()));
        return new CallPlan("bias", List.of(Stored.rowMajor(vector(biases()))), List.of(ours, ours), binding -> {
            MemorySegment[] diff = blocks(binding.inputs().getFirst());
            MemorySegment[] first = blocks(binding.outputs().get(0));
            MemorySegment[] second = blocks(binding.outputs().get(1));
            int[][] sources = switch (cell) {
                case LSTM -> new int[][] {{0, 1, 2, 3}, {0, 1, 2, 3}};
                case GRU -> new int[][] {{1, 0, 2}, {1, 0, 3}};
            };
            return () -> {
                for (int i = 0; i < first.length; i++) {
                    first[i].copyFrom(diff[sources[0][i]]);
                    second[i].copyFrom(diff[sources[1][i]]);
                }
            };
        });
    }

    private MemorySegment[] blocks(MemorySegment vector) {
        long bytes = width * Float.BYTES;
        List<MemorySegment> blocks = new ArrayList<>();
        for (long at = 0; at + bytes <= vector.byteSize(); at += bytes) {
            blocks.add(vector.asSlice(at, bytes));
        }
        return blocks.toArray(MemorySegment[]::new);
    }
}
