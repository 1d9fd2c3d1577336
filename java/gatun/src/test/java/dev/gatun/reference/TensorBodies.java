package dev.gatun.reference;

import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.ImageFunctions;
import dev.gatun.nn.Reductions;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.op.function.ParametricFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** The cases of {@code golden/tensors.py} as graphs. */
final class TensorBodies {
    private TensorBodies() {}

    static Map<String, PyTorchBodies.Body> all() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        bodies.putAll(reductions());
        bodies.putAll(movements());
        return bodies;
    }

    private static PyTorchBodies.Body over(BiFunction<Reductions, Value, Value> body, Integer... axes) {
        return (graph, in) -> body.apply(Reductions.over(graph, "y", axes), in.getFirst());
    }

    private static Map<String, PyTorchBodies.Body> reductions() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        for (long correction : List.of(0L, 1L)) {
            bodies.put("variance_" + correction, over((along, x) -> along.variance(x, correction), 0, 2));
            bodies.put("deviation_" + correction,
                    over((along, x) -> along.kept().standardDeviation(x, correction), 1));
        }
        bodies.put("variance_of_all", over((along, x) -> along.variance(x, 1)));
        bodies.put("deviation_of_equals", over((along, x) -> along.standardDeviation(x, 1), 1));
        for (String p : List.of("1", "2", "3", "1.5", "inf")) {
            double exponent = p.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(p);
            bodies.put("norm_" + p, over((along, x) -> along.norm(x, exponent), -1, 0));
            if (!p.equals("inf")) {
                bodies.put("norm_" + p + "_of_zeros", over((along, x) -> along.norm(x, exponent), 1));
            }
        }
        bodies.put("norm_2_kept", over((along, x) -> along.kept().norm(x, 2), 1));
        bodies.put("power", power(2.5));
        bodies.put("power_of_minus_2", power(-2));
        return bodies;
    }

    private static PyTorchBodies.Body power(double exponent) {
        return (graph, in) -> Functions.unary(graph, "y", new ParametricFunction.Power(exponent), in.getFirst());
    }

    private static Map<String, PyTorchBodies.Body> movements() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        bodies.put("roll", (graph, in) -> TensorFunctions.roll(graph, "y", in.getFirst(), 1, 2));
        bodies.put("roll_back", (graph, in) -> TensorFunctions.roll(graph, "y", in.getFirst(), 0, -1));
        bodies.put("pixel_shuffle", (graph, in) -> ImageFunctions.pixelShuffle(graph, "y", in.getFirst(), 2));
        bodies.put("pixel_unshuffle", (graph, in) -> ImageFunctions.pixelUnshuffle(graph, "y", in.getFirst(), 2));
        bodies.put("channel_shuffle", (graph, in) -> ImageFunctions.channelShuffle(graph, "y", in.getFirst(), 2));
        bodies.put("split", (graph, in) ->
                TensorFunctions.split(graph, "y", in.getFirst(), -1, List.of(1L, 3L, 1L)).get(1));
        return bodies;
    }
}
