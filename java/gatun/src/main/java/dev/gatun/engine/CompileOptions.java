package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.op.Convolution;

/**
 * How to compile.
 *
 * @param layout the order of activations where kernels leave a choice
 */
public record CompileOptions(LayoutPolicy layout) {
    /** What the device prefers for a graph. */
    public static CompileOptions of(Graph graph, Device device) {
        long widest = 0;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Convolution) {
                widest = Math.max(widest, node.output().type().shape().extent(1));
            }
        }
        return new CompileOptions(device.preferredLayout(widest));
    }

    /** What the device prefers for any graph. */
    public static CompileOptions defaults(Device device) {
        return new CompileOptions(device.preferredLayout());
    }
}
