package dev.gatun.reference.update;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.gatun.reference.kernel.Philox;
import dev.gatun.shape.Bfloat16;
import dev.gatun.update.ElementRange;
import dev.gatun.update.kernel.WeightStorage;
import java.lang.foreign.MemorySegment;

/** Weights in bf16, rounded as gatun.h says: stochastically with the very same random bits. */
final class Bfloat16Weights implements StateMemory {
    private static final int STREAM = 0x77654274; // GATUN_ROUNDING_STREAM
    private static final int DRAWS = 8; // of 16 bits, from one block of random bits

    private final WeightStorage storage;
    private final MemorySegment memory;

    /** @param memory (elements) bf16 */
    Bfloat16Weights(WeightStorage storage, MemorySegment memory) {
        this.storage = storage;
        this.memory = memory;
    }

    @Override
    public double[] read(ElementRange range) {
        double[] values = new double[Math.toIntExact(range.end() - range.begin())];
        for (int i = 0; i < values.length; i++) {
            values[i] = Bfloat16.toFloat(memory.getAtIndex(JAVA_SHORT_UNALIGNED, range.begin() + i));
        }
        return values;
    }

    @Override
    public void write(ElementRange range, double[] values, long step) {
        for (int i = 0; i < values.length; i++) {
            long element = range.begin() + i;
            float value = (float) values[i];
            memory.setAtIndex(JAVA_SHORT_UNALIGNED, element, switch (storage.rounding()) {
                case NEAREST -> Bfloat16.nearest(value);
                case STOCHASTIC -> Bfloat16.stochastic(value, draw(element, step));
            });
        }
    }

    private int draw(long element, long step) {
        long block = element / DRAWS;
        int half = (int) (element % DRAWS);
        long word = Philox.word(half / 2, (int) block, (int) (block >>> 32), (int) step, STREAM,
                (int) storage.seed(), (int) (storage.seed() >>> 32));
        return (int) (half % 2 == 0 ? word : word >>> 16) & 0xFFFF;
    }
}
