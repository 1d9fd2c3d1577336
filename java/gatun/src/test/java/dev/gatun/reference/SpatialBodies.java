package dev.gatun.reference;

import dev.gatun.nn.BatchNorm;
import dev.gatun.nn.InstanceNorm;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Layers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The cases of {@code golden/spatial.py} as layers. */
final class SpatialBodies {
    private SpatialBodies() {}

    static Map<String, PyTorchBodies.Body> all() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.putAll(convolutions());
        layers.putAll(pools());
        layers.putAll(adaptivePools());
        layers.putAll(normalizations());
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        layers.forEach((name, layer) -> bodies.put(name, PyTorchBodies.of(layer)));
        return bodies;
    }

    private static Map<String, Layer> convolutions() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("conv1d", Layers.conv1d(3, 3).stride(2).padding(1).dilation(2));
        layers.put("conv1d_groups", Layers.conv1d(6, 3).groups(2).same());
        layers.put("conv2d", Layers.conv2d(4, 3, 2).stride(2, 1).padding(1, 0).dilation(1, 2));
        layers.put("conv2d_same", Layers.conv2d(4, 4, 3).dilation(1, 2).same().withoutBias());
        layers.put("conv2d_valid", Layers.conv2d(4, 3).valid());
        layers.put("conv2d_depthwise", Layers.conv2d(8, 3).stride(2).padding(1).groups(8).withoutBias());
        layers.put("conv2d_asymmetric",
                Layers.conv2d(4, 3, 2).stride(1, 2).padding(new long[] {1, 0}, new long[] {2, 3}));
        layers.put("conv3d", Layers.conv3d(4, 2, 3, 2).stride(1, 2, 1).padding(0, 1, 1).dilation(2, 1, 1).groups(2));
        layers.put("conv_transpose1d", Layers.convTranspose1d(3, 3).stride(3).padding(1).outputPadding(2));
        layers.put("conv_transpose2d", Layers.convTranspose2d(6, 3, 2).stride(2).padding(1, 0).outputPadding(1, 0)
                .dilation(2, 1).groups(2));
        layers.put("conv_transpose2d_plain", Layers.convTranspose2d(4, 3).padding(1).withoutBias());
        layers.put("conv_transpose2d_asymmetric",
                Layers.convTranspose2d(4, 3).stride(2).padding(new long[] {1, 0}, new long[] {2, 1}));
        layers.put("conv_transpose3d", Layers.convTranspose3d(2, 2).stride(2, 1, 2).outputPadding(1, 0, 0));
        return layers;
    }

    private static Map<String, Layer> pools() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("max_pool1d", Layers.maxPool(3).stride(2).padding(1));
        layers.put("max_pool2d_dilation", Layers.maxPool(2, 3).stride(1, 2).padding(1).dilation(3, 1));
        layers.put("max_pool2d_ceil", Layers.maxPool(3).padding(1).ceil());
        layers.put("max_pool2d_stride", Layers.maxPool(2).stride(3, 4));
        layers.put("max_pool3d", Layers.maxPool(2, 3, 2).stride(1, 2, 2).padding(1, 0, 1));
        layers.put("avg_pool1d", Layers.avgPool(3).stride(2).padding(1));
        layers.put("avg_pool1d_without_padding", Layers.avgPool(4).stride(3).padding(2).withoutPadding());
        layers.put("avg_pool2d_without_padding", Layers.avgPool(3).stride(2).padding(1).withoutPadding());
        layers.put("avg_pool2d_ceil", Layers.avgPool(3).padding(1).ceil());
        layers.put("avg_pool2d_ceil_without_padding",
                Layers.avgPool(3, 4).stride(2, 3).padding(1).ceil().withoutPadding());
        layers.put("avg_pool2d_stride", Layers.avgPool(2).stride(3, 4));
        layers.put("avg_pool3d", Layers.avgPool(2).stride(1, 2, 3).padding(1));
        layers.put("avg_pool3d_ceil", Layers.avgPool(3).stride(2).padding(1).ceil());
        layers.put("global_avg_pool", Layers.globalAvgPool());
        layers.put("global_max_pool", Layers.globalMaxPool());
        return layers;
    }

    private static Map<String, Layer> normalizations() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (String images : List.of("rows", "1d", "2d", "3d")) {
            layers.put("batch_norm_" + images, new BatchNorm());
            layers.put("batch_norm_" + images + "_frozen", new BatchNorm().frozen());
            layers.put("batch_norm_" + images + "_plain", new BatchNorm().withoutAffine());
            layers.put("group_norm_" + images, Layers.groupNorm(3));
        }
        for (String images : List.of("1d", "2d", "3d")) {
            layers.put("instance_norm_" + images, Layers.instanceNorm());
            layers.put("instance_norm_" + images + "_affine",
                    new InstanceNorm(1e-3, BatchNorm.Affine.WITH));
            layers.put("instance_norm_" + images + "_tracked", Layers.instanceNorm().withAffine().tracked(0.25));
        }
        return layers;
    }

    private static Map<String, Layer> adaptivePools() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("adaptive_avg_pool1d", Layers.adaptiveAvgPool(4));
        layers.put("adaptive_avg_pool2d", Layers.adaptiveAvgPool(4, 9));
        layers.put("adaptive_avg_pool2d_multiple", Layers.adaptiveAvgPool(3, 2));
        layers.put("adaptive_avg_pool3d", Layers.adaptiveAvgPool(3, 2, 2));
        layers.put("adaptive_max_pool2d", Layers.adaptiveMaxPool(4, 3));
        layers.put("adaptive_max_pool3d", Layers.adaptiveMaxPool(3, 3, 2));
        return layers;
    }
}
