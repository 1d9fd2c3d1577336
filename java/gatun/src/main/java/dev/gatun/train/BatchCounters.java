package dev.gatun.train;

import dev.gatun.io.SafetensorsFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * PyTorch's {@code num_batches_tracked} of each normalisation: how many batches its running statistics have seen. A
 * model counts its own; what it had seen before it was loaded is kept here.
 */
final class BatchCounters {
    private static final String RUNNING_MEAN = ".running_mean";
    private static final String BATCHES_TRACKED = ".num_batches_tracked";
    private static final ValueLayout.OfLong COUNT = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Map<String, Long> before = new HashMap<>();

    /** The counter that belongs to running statistics; empty for another variable. */
    static Optional<String> of(String variable) {
        return variable.endsWith(RUNNING_MEAN)
                ? Optional.of(variable.substring(0, variable.length() - RUNNING_MEAN.length()) + BATCHES_TRACKED)
                : Optional.empty();
    }

    /** Whether a name is that of a counter. */
    static boolean is(String name) {
        return name.endsWith(BATCHES_TRACKED);
    }

    /** A counter as a file has it. */
    static long read(SafetensorsFile file, String tensor) {
        byte[] bytes = new byte[Long.BYTES];
        file.read(tensor, MemorySegment.ofArray(bytes));
        return MemorySegment.ofArray(bytes).get(COUNT, 0);
    }

    /** The bytes of a counter in a file. */
    static MemorySegment bytes(long value) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[Long.BYTES]);
        bytes.set(COUNT, 0, value);
        return bytes;
    }

    /** A counter after batches of the model's own. */
    long count(String counter, long trained) {
        return before.getOrDefault(counter, 0L) + trained;
    }

    /** Sets a counter when the model has seen batches of its own. */
    void set(String counter, long count, long trained) {
        before.put(counter, count - trained);
    }

    /** Forgets all, as new initial values do. */
    void clear() {
        before.clear();
    }
}
