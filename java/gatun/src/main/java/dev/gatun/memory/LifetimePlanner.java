package dev.gatun.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Places blocks of known size and lifetime in one slab so that blocks in use at the same time do not overlap and the
 * slab is small. Greedy by size (the largest first, each at the lowest offset that is free for its whole life), which
 * comes close to the lower bound on training graphs.
 */
public final class LifetimePlanner {
    /** Alignment of blocks, in bytes: a cache line. */
    public static final long ALIGNMENT = 64;

    private final List<Block> blocks = new ArrayList<>();

    private record Block(int index, long bytes, int first, int last) {
        boolean overlaps(Block other) {
            return first <= other.last && other.first <= last;
        }
    }

    /** The offset of each block, in the order of addition, the size of the slab, and the lower bound of that size. */
    public record Plan(List<Long> offsets, long bytes, long peakBytes) {}

    /**
     * Adds a block that is in use from step {@code first} to step {@code last}, both included.
     *
     * @return the index of the block in the plan
     */
    public int add(long bytes, int first, int last) {
        if (bytes < 0 || first > last) {
            throw new IllegalArgumentException(
                    "block of " + bytes + " bytes, alive from step " + first + " to " + last);
        }
        blocks.add(new Block(blocks.size(), Bytes.alignUp(bytes, ALIGNMENT), first, last));
        return blocks.size() - 1;
    }

    /** Computes the offsets. {@code peakBytes} is the most that is in use at once, the lower bound of any plan. */
    public Plan plan() {
        long[] offsets = new long[blocks.size()];
        List<Block> order = new ArrayList<>(blocks);
        order.sort(Comparator.comparingLong(Block::bytes).reversed().thenComparingInt(Block::index));
        List<Block> placed = new ArrayList<>();
        long total = 0;
        for (Block block : order) {
            long offset = lowestFree(block, placed, offsets);
            offsets[block.index] = offset;
            total = Math.max(total, offset + block.bytes);
            placed.add(block);
        }
        return new Plan(Arrays.stream(offsets).boxed().toList(), total, peak());
    }

    private static long lowestFree(Block block, List<Block> placed, long[] offsets) {
        List<Block> neighbours = new ArrayList<>();
        for (Block other : placed) {
            if (other.overlaps(block)) {
                neighbours.add(other);
            }
        }
        neighbours.sort(Comparator.comparingLong(other -> offsets[other.index]));
        long offset = 0;
        for (Block other : neighbours) {
            if (offset + block.bytes <= offsets[other.index]) {
                break;
            }
            offset = Math.max(offset, offsets[other.index] + other.bytes);
        }
        return offset;
    }

    private long peak() {
        long peak = 0;
        for (Block block : blocks) {
            long alive = 0;
            for (Block other : blocks) {
                if (other.first <= block.first && block.first <= other.last) {
                    alive += other.bytes;
                }
            }
            peak = Math.max(peak, alive);
        }
        return peak;
    }
}
