package dev.gatun.reference.update;

import dev.gatun.reference.kernel.Philox;
import dev.gatun.update.StateKind;
import dev.gatun.update.StateStorage;

/** The random bits by which a step rounds states of 8 bits, as gatun.h defines them. */
final class BlockDraws {
    private static final int STREAM = 0x73744274; // GATUN_STATE_STREAM

    private BlockDraws() {}

    /** The 16 bits for an element of a state in a step; Adam's second moment has bits of its own. */
    static int draw(StateKind kind, long element, long step, long seed) {
        long block = element / StateStorage.BLOCK;
        int key = (int) Philox.word(
                0, (int) block, (int) (block >>> 32), (int) step, STREAM, (int) seed, (int) (seed >>> 32));
        int word = mixed(key + (int) (element % StateStorage.BLOCK));
        return switch (kind) {
            case SIGNED -> word & 0xFFFF;
            case NON_NEGATIVE -> word >>> 16;
        };
    }

    /** The mixing function "lowbias32" (Wellons, hash-prospector). */
    private static int mixed(int word) {
        int x = word;
        x ^= x >>> 16;
        x *= 0x7FEB352D;
        x ^= x >>> 15;
        x *= 0x846CA68B;
        return x ^ x >>> 16;
    }
}
