package dev.gatun.backend;

import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.update.kernel.UpdateRequest;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The memory of an {@link UpdateRequest} of a device that computes in host memory, as segments under the names there.
 */
public record HostUpdate(
        MemorySegment parameters, MemorySegment gradients, Map<String, MemorySegment> states,
        @Nullable MemorySegment average, @Nullable MemorySegment copy, Map<String, MemorySegment> scales) {

    /**
     * Checks a request and returns its segments.
     *
     * @throws IllegalArgumentException when a buffer is in the memory of another device
     */
    public static HostUpdate of(UpdateRequest request) {
        Buffer average = request.average();
        Buffer copy = request.copy();
        return new HostUpdate(segment(request.parameters()), segment(request.gradients()), segments(request.states()),
                average == null ? null : segment(average), copy == null ? null : segment(copy),
                segments(request.scales()));
    }

    private static MemorySegment segment(Buffer buffer) {
        return HostBuffer.of(buffer).segment();
    }

    private static Map<String, MemorySegment> segments(Map<String, Buffer> buffers) {
        Map<String, MemorySegment> segments = new LinkedHashMap<>();
        buffers.forEach((name, buffer) -> segments.put(name, segment(buffer)));
        return segments;
    }
}
