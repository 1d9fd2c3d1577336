package dev.gatun.cli.compress.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a network of a pipeline is worth.
 *
 * @param name      what became of it last
 * @param accuracy  share of the test images that it classifies correctly
 * @param loss      its mean loss on them
 * @param parameters trainable elements
 * @param macs      multiply-adds for an image
 * @param bytes     size as an ONNX file
 * @param oneByOne  images a second, one after the other
 * @param batched   images a second in batches of {@link StageMeasurement#BATCH}
 */
record StageFigures(String name, double accuracy, double loss, long parameters, long macs, long bytes, double oneByOne,
        double batched) {

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("stage", name);
        json.put("test_accuracy", accuracy);
        json.put("test_loss", loss);
        json.put("parameters", parameters);
        json.put("macs", macs);
        json.put("onnx_bytes", bytes);
        json.put("images_per_second_batch_1", oneByOne);
        json.put("images_per_second_batch_" + StageMeasurement.BATCH, batched);
        return json;
    }
}
