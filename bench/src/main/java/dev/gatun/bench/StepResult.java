package dev.gatun.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured of one training step, in milliseconds and bytes; NaN and 0 where there was no peer.
 *
 * @param bytes        the most memory that the process had resident
 * @param pytorch      PyTorch's time
 * @param channelsLast PyTorch's time with channels last
 * @param pytorchBytes as bytes, of the smaller of the two
 */
record StepResult(
        StepCase step, double gatun, long bytes, double pytorch, double channelsLast, long pytorchBytes) {
    boolean hasPeer() {
        return !Double.isNaN(pytorch);
    }

    double peer() {
        return Math.min(pytorch, channelsLast);
    }

    /** How many times Gatun's time the peer takes. */
    double ratio() {
        return peer() / gatun;
    }

    double imagesPerSecond() {
        return step.batch() / gatun * 1e3;
    }

    /** A row of a table in Markdown. */
    String row() {
        return String.format(Locale.ROOT, "| %s | %d | %d | %s | %.3f | %.0f | %.3f | %.3f | %.2f | %d | %d |",
                step.network(), step.size(), step.batch(), step.precisionName(), gatun, imagesPerSecond(), pytorch,
                channelsLast, ratio(), bytes >> 20, pytorchBytes >> 20);
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", step.toString());
        json.put("milliseconds", gatun);
        json.put("images_per_second", imagesPerSecond());
        json.put("resident_bytes", bytes);
        if (hasPeer()) {
            json.put("pytorch_milliseconds", pytorch);
            json.put("pytorch_channels_last_milliseconds", channelsLast);
            json.put("pytorch_resident_bytes", pytorchBytes);
            json.put("ratio", ratio());
        }
        return json;
    }
}
