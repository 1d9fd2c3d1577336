package dev.gatun.reference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Dropout;
import java.lang.foreign.MemorySegment;

/**
 * Dropout exactly as {@code gatun_dropout} in gatun.h defines it: the same seed, step and stream drop the same
 * elements.
 */
final class DropoutKernel {
    private DropoutKernel() {}

    /** What dropout multiplies elements by, at the run's present step; 1 where nothing is dropped. */
    record Factors(double rate, int stream, MemorySegment random) {
        Factors {
            if (rate > 0 && random.byteSize() < 2 * Long.BYTES) {
                throw new IllegalArgumentException(
                        "dropout: seed and step need 16 bytes, got " + random.byteSize());
            }
        }

        double at(long i) {
            if (rate == 0) {
                return 1;
            }
            long threshold = (long) Math.floor(rate * 0x1p32);
            long seed = random.get(JAVA_LONG_UNALIGNED, 0);
            long step = random.get(JAVA_LONG_UNALIGNED, Long.BYTES);
            return word(i, seed, step, stream) >= threshold ? 1 / (1 - rate) : 0;
        }
    }

    static Kernel of(Dropout op, Tensor x, Tensor y, MemorySegment random) {
        if (random.byteSize() < 2 * Long.BYTES) {
            throw new IllegalArgumentException(
                    "dropout: seed and step need 16 bytes, got " + random.byteSize());
        }
        long threshold = (long) Math.floor(op.rate() * 0x1p32);
        double keepRate = 1 - op.rate();
        return () -> {
            long seed = random.get(JAVA_LONG_UNALIGNED, 0);
            long step = random.get(JAVA_LONG_UNALIGNED, Long.BYTES);
            for (long i = 0; i < y.elements(); i++) {
                boolean keep = word(i, seed, step, op.stream()) >= threshold;
                y.set(i, keep ? x.get(i) / keepRate : 0);
            }
        };
    }

    private static long word(long i, long seed, long step, int stream) {
        long block = i / 4;
        return Philox.word((int) (i % 4), (int) block, (int) (block >>> 32), (int) step, stream,
                (int) seed, (int) (seed >>> 32));
    }
}
