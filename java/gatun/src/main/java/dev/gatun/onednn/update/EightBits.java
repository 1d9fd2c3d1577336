package dev.gatun.onednn.update;

import dev.gatun.backend.HostUpdate;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A state in 8 bits.
 *
 * @param codes  (elements) u8
 * @param scales (blocks) f32
 */
record EightBits(MemorySegment codes, MemorySegment scales) {
    /** A state that a rule does not have. */
    static final EightBits NONE = new EightBits(MemorySegment.NULL, MemorySegment.NULL);

    static EightBits of(HostUpdate memory, String name) {
        return new EightBits(
                Objects.requireNonNull(memory.states().get(name)), Objects.requireNonNull(memory.scales().get(name)));
    }
}
