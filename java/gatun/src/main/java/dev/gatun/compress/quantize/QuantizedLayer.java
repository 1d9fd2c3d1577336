package dev.gatun.compress.quantize;

/**
 * What quantization did with a layer.
 *
 * @param layer     its name
 * @param operation what it computes
 * @param left      why it stays in f32; empty where it is rounded
 */
public record QuantizedLayer(String layer, String operation, String left) {
    /** Returns whether it is rounded. */
    public boolean isRounded() {
        return left.isEmpty();
    }
}
