package dev.gatun.compress.quantize;

import dev.gatun.compress.Snapshot;
import java.util.List;

/**
 * A network that rounds to integers of few bits.
 *
 * @param snapshot the network with its values and scales
 * @param layers   the layers that multiply, and why some stay in f32
 */
public record Quantized(Snapshot snapshot, List<QuantizedLayer> layers) {
    /** Copies the list. */
    public Quantized {
        layers = List.copyOf(layers);
    }
}
