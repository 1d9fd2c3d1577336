package dev.gatun.reference.update;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.gatun.update.ElementRange;
import dev.gatun.update.StateKind;
import dev.gatun.update.StateStorage;
import java.lang.foreign.MemorySegment;

/**
 * Numbers in 8 bits, with a scale for each block. Where a range has part of a block, the whole block is encoded again.
 */
final class EightBitState implements StateMemory {
    private final StateKind kind;
    private final BlockCodes block;
    private final MemorySegment codes;
    private final MemorySegment scales;
    private final long seed;

    /** What is added to a number before it is rounded. */
    private interface Addend {
        int of(long element);
    }

    /**
     * @param codes  (elements) bytes
     * @param scales (blocks) f32
     * @param seed   of the rounding
     */
    EightBitState(StateKind kind, MemorySegment codes, MemorySegment scales, long seed) {
        this.kind = kind;
        this.block = new BlockCodes(kind);
        this.codes = codes;
        this.scales = scales;
        this.seed = seed;
    }

    private float get(long element) {
        return block.decode(codes.get(JAVA_BYTE, element))
                * scales.getAtIndex(JAVA_FLOAT_UNALIGNED, element / StateStorage.BLOCK);
    }

    @Override
    public double[] read(ElementRange range) {
        double[] values = new double[Math.toIntExact(range.end() - range.begin())];
        for (int i = 0; i < values.length; i++) {
            values[i] = get(range.begin() + i);
        }
        return values;
    }

    @Override
    public void write(ElementRange range, double[] values, long step) {
        write(range, values, element -> BlockCodes.dither(BlockDraws.draw(kind, element, step, seed)));
    }

    /** Sets the numbers of a range, each rounded to the nearest code. */
    void write(ElementRange range, double[] values) {
        write(range, values, _ -> BlockCodes.NEAREST);
    }

    private void write(ElementRange range, double[] values, Addend addend) {
        if (range.begin() == range.end()) {
            return;
        }
        for (long index = range.begin() / StateStorage.BLOCK; index <= (range.end()
                - 1) / StateStorage.BLOCK; index++) {
            write(index, range, values, addend);
        }
    }

    private void write(long index, ElementRange range, double[] values, Addend addend) {
        long begin = index * StateStorage.BLOCK;
        float[] numbers = new float[(int) Math.min(StateStorage.BLOCK, codes.byteSize() - begin)];
        float largest = 0;
        for (int i = 0; i < numbers.length; i++) {
            long element = begin + i;
            boolean inside = range.begin() <= element && element < range.end();
            numbers[i] = inside ? (float) values[(int) (element - range.begin())] : get(element);
            largest = Math.max(largest, Math.abs(numbers[i]));
        }
        float scale = block.scale(largest);
        scales.setAtIndex(JAVA_FLOAT_UNALIGNED, index, scale);
        for (int i = 0; i < numbers.length; i++) {
            codes.set(JAVA_BYTE, begin + i, block.encode(numbers[i], scale, addend.of(begin + i)));
        }
    }
}
