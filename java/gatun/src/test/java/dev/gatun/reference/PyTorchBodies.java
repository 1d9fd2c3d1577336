package dev.gatun.reference;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Layers;
import dev.gatun.nn.PRelu;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The cases of {@code golden/operations.py} as graphs. */
final class PyTorchBodies {
    /** What a case makes of its inputs. */
    @FunctionalInterface
    interface Body {
        Value apply(GraphBuilder graph, List<Value> inputs);
    }

    private PyTorchBodies() {}

    static Map<String, Body> all() {
        Map<String, Body> bodies = new LinkedHashMap<>();
        bodies.putAll(activations());
        return bodies;
    }

    private static Body of(Layer layer) {
        return (graph, inputs) -> layer.apply(graph, "y", inputs.getFirst());
    }

    private static Map<String, Body> activations() {
        Map<String, Body> bodies = new LinkedHashMap<>();
        bodies.put("leaky_relu", of(Layers.leakyRelu(0.2)));
        bodies.put("relu6", of(Layers.relu6()));
        bodies.put("elu", of(Layers.elu(1.5)));
        bodies.put("selu", of(Layers.selu()));
        bodies.put("gelu", of(Layers.gelu()));
        bodies.put("gelu_tanh", of(Layers.geluTanh()));
        bodies.put("silu", of(Layers.silu()));
        bodies.put("hard_sigmoid", of(Layers.hardSigmoid()));
        bodies.put("hard_swish", of(Layers.hardSwish()));
        bodies.put("softplus", of(Layers.softplus(1.5)));
        bodies.put("mish", of(Layers.mish()));
        bodies.put("prelu", of(new PRelu(3, 0.25)));
        return bodies;
    }
}
