package dev.gatun.reference;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.ImageFunctions;
import dev.gatun.nn.Reductions;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.op.OneHot;
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
        bodies.putAll(comparisons());
        bodies.putAll(choices());
        bodies.putAll(resizes());
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

    /** A comparison. */
    @FunctionalInterface
    private interface Comparison {
        Value apply(GraphBuilder graph, String name, Value a, Value b);
    }

    private static Map<String, PyTorchBodies.Body> comparisons() {
        Map<String, Comparison> comparisons = new LinkedHashMap<>();
        comparisons.put("gt", Functions::greater);
        comparisons.put("ge", Functions::greaterEqual);
        comparisons.put("lt", Functions::less);
        comparisons.put("le", Functions::lessEqual);
        comparisons.put("eq", Functions::equal);
        comparisons.put("ne", Functions::notEqual);
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        comparisons.forEach((name, function) ->
                bodies.put(name, (graph, in) -> function.apply(graph, "y", in.get(0), in.get(1))));
        return bodies;
    }

    private static Map<String, PyTorchBodies.Body> choices() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        bodies.put("amin", over(Reductions::min, 0, 2));
        bodies.put("log_sum_exp", over(Reductions::logSumExp, 0, 2));
        bodies.put("log_sum_exp_of_far_elements", over(Reductions::logSumExp, 1));
        bodies.put("argmax", (graph, in) -> graph.apply("y", new OneHot(2, 3, OneHot.NONE_IGNORED,
                in.getFirst().type().dtype()), TensorFunctions.argMax(graph, "place", in.getFirst(), 1)));
        bodies.put("stop_gradient", (graph, in) -> Functions.multiply(graph, "y", in.getFirst(),
                Functions.stopGradient(graph, "stopped", in.getFirst())));
        return bodies;
    }

    private static Map<String, PyTorchBodies.Body> resizes() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        Map<String, List<Long>> sizes = Map.of("up", List.of(7L, 11L), "down", List.of(2L, 3L), "one", List.of(1L, 1L),
                "same", List.of(4L, 5L));
        sizes.forEach((name, size) -> {
            bodies.put("nearest_" + name, resize(size, ImageFunctions.Interpolation.NEAREST));
            bodies.put("bilinear_" + name + "_False", resize(size, ImageFunctions.Interpolation.BILINEAR));
            bodies.put("bilinear_" + name + "_True", resize(size, ImageFunctions.Interpolation.BILINEAR_ALIGNED));
        });
        bodies.put("reflection_pad", (graph, in) -> ImageFunctions.reflectionPad(graph, "y", in.getFirst(), 2));
        bodies.put("replication_pad", (graph, in) -> ImageFunctions.replicationPad(graph, "y", in.getFirst(), 3));
        bodies.put("reflect_unevenly", (graph, in) -> TensorFunctions.reflect(graph, "y", in.getFirst(), -1, 1, 3));
        bodies.put("replicate_unevenly", (graph, in) ->
                TensorFunctions.replicate(graph, "y", in.getFirst(), -1, 4, 0));
        return bodies;
    }

    private static PyTorchBodies.Body resize(List<Long> size, ImageFunctions.Interpolation interpolation) {
        return (graph, in) -> ImageFunctions.resize(graph, "y", in.getFirst(), size.get(0), size.get(1), interpolation);
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
