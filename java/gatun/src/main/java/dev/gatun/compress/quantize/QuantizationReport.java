package dev.gatun.compress.quantize;

import java.util.List;

/**
 * Which layers of a network became integers.
 *
 * @param quantized layers on integers, in the order of the network
 * @param kept      layers and other operations with weights or products that stay in f32
 */
public record QuantizationReport(List<String> quantized, List<Kept> kept) {
    /**
     * What stays in f32.
     *
     * @param layer     its name
     * @param operation its operation
     * @param reason    why
     */
    public record Kept(String layer, String operation, String reason) {
        @Override
        public String toString() {
            return layer + " (" + operation + ") stays in f32: " + reason;
        }
    }

    /** Copies the lists. */
    public QuantizationReport {
        quantized = List.copyOf(quantized);
        kept = List.copyOf(kept);
    }
}
