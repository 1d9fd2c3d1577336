package dev.gatun.io.onnx;

import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.ArgMax;
import dev.gatun.op.Concat;
import dev.gatun.op.Gather;
import dev.gatun.op.OneHot;
import dev.gatun.op.Pad;
import dev.gatun.op.Reduce;
import dev.gatun.op.Resample;
import dev.gatun.op.Slice;
import dev.gatun.op.Transpose;
import dev.gatun.op.function.Sampling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Movement of elements, choices among them and reductions as ONNX nodes. */
final class MoveNodes {
    private static final long INFERRED = -1;

    private final OnnxNodes graph;
    private final ElementwiseNodes elementwise;

    MoveNodes(OnnxNodes graph, ElementwiseNodes elementwise) {
        this.graph = graph;
        this.elementwise = elementwise;
    }

    /** One extent that depends on the batch size is left to the runtime to infer. */
    String reshape(String x, List<BatchExtent> shape) {
        if (shape.stream().filter(extent -> !extent.isFixed()).count() == 1) {
            return graph.node("Reshape", x, graph.integers(shape.stream()
                    .map(extent -> extent.isFixed() ? extent.constant() : INFERRED).toList()));
        }
        return graph.node("Reshape", x, graph.extents(shape));
    }

    String transpose(Transpose transpose, String x) {
        return graph.node("Transpose", List.of(x), Map.of("perm",
                OnnxAttribute.of(transpose.permutation().stream().map(Integer::longValue).toList())));
    }

    String slice(Slice slice, String x) {
        return slice(x, slice.axis(), slice.start(), slice.length());
    }

    String slice(String x, long axis, long start, long length) {
        return graph.node("Slice", x, graph.integers(List.of(start)), graph.integers(List.of(start + length)),
                graph.integers(List.of(axis)));
    }

    String concat(Concat concat, List<String> inputs) {
        return concat(concat.axis(), inputs);
    }

    String concat(long axis, List<String> inputs) {
        return graph.node("Concat", inputs, Map.of("axis", OnnxAttribute.of(axis)));
    }

    String pad(Pad pad, Value x) {
        List<Long> pads = new ArrayList<>(Collections.nCopies(2 * x.type().shape().rank(), 0L));
        pads.set(pad.axis(), pad.before());
        pads.set(x.type().shape().rank() + pad.axis(), pad.after());
        return graph.node("Pad", graph.name(x), graph.integers(pads));
    }

    /**
     * Each element is a mean of two that are gathered, by constant places and weights. The operators that resize round
     * coordinates otherwise.
     */
    String resample(Resample resample, Value x) {
        int axis = resample.axis();
        BatchExtent given = graph.batch().shape(x).get(axis);
        if (!given.isFixed()) {
            throw new OnnxException(resample.name() + " along the batch has no form in ONNX: " + x);
        }
        long extent = resample.sampling().extent(given.constant());
        List<Sampling.Tap> taps = new ArrayList<>();
        for (long place = 0; place < extent; place++) {
            taps.add(resample.sampling().tap(place, given.constant()));
        }
        String first = gather(graph.name(x), taps, axis, Sampling.Tap::first);
        if (taps.stream().allMatch(tap -> tap.weight() == 0)) {
            return first;
        }
        List<Long> shape = new ArrayList<>(Collections.nCopies(x.type().shape().rank() - axis, 1L));
        shape.set(0, extent);
        float[] weights = new float[taps.size()];
        float[] rest = new float[taps.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) taps.get(i).weight();
            rest[i] = (float) (1 - taps.get(i).weight());
        }
        String key = resample.sampling() + " of " + given.constant() + " in " + shape;
        return graph.node("Add",
                graph.node("Mul", first, graph.reals("rest_" + key, shape, rest)),
                graph.node("Mul", gather(graph.name(x), taps, axis, tap -> tap.weight() == 0 ? tap.first()
                        : tap.second()), graph.reals("weights_" + key, shape, weights)));
    }

    private String gather(String x, List<Sampling.Tap> taps, int axis, ToLongFunction<Sampling.Tap> place) {
        return graph.node("Gather", List.of(x, graph.integers(taps.stream().map(place::applyAsLong).toList())),
                Map.of("axis", OnnxAttribute.of(axis)));
    }

    String gather(Gather gather, List<String> inputs) {
        return graph.node("Gather", inputs, Map.of("axis", OnnxAttribute.of(gather.axis())));
    }

    /** An ignored label goes where the operator has only zeros: beyond the classes. */
    String oneHot(OneHot oneHot, String labels) {
        String wide = elementwise.cast(labels, OnnxType.INT64);
        if (oneHot.ignored() != OneHot.NONE_IGNORED) {
            wide = graph.node("Where", graph.node("Equal", wide, graph.integers(List.of(oneHot.ignored()))),
                    graph.integers(List.of(oneHot.classes())), wide);
        }
        String encoded = graph.node("OneHot",
                List.of(wide, graph.integers(List.of(oneHot.classes())),
                        graph.reals("off_and_on", List.of(2L), new float[] {0, 1})),
                Map.of("axis", OnnxAttribute.of(oneHot.axis())));
        return elementwise.cast(encoded, OnnxType.of(oneHot.dtype()));
    }

    String argMax(ArgMax argMax, String x) {
        return elementwise.cast(graph.node("ArgMax", List.of(x),
                Map.of("axis", OnnxAttribute.of(argMax.axis()), "keepdims", OnnxAttribute.of(0))), OnnxType.INT32);
    }

    String reduce(Reduce reduce, String x) {
        if (reduce.axes().isEmpty()) {
            return graph.node("Identity", x); // no axes would mean all of them
        }
        List<Long> axes = reduce.axes().stream().map(Integer::longValue).toList();
        OnnxAttribute kept = OnnxAttribute.of(reduce.reduced() == Reduce.Axes.KEPT ? 1 : 0);
        return switch (reduce.reduction()) {
            case SUM -> graph.node("ReduceSum", List.of(x, graph.integers(axes)), Map.of("keepdims", kept));
            case MEAN -> graph.node("ReduceMean", List.of(x),
                    Map.of("axes", OnnxAttribute.of(axes), "keepdims", kept));
            case MAX -> graph.node("ReduceMax", List.of(x),
                    Map.of("axes", OnnxAttribute.of(axes), "keepdims", kept));
        };
    }

    String where(Node node) {
        return graph.node("Where", elementwise.cast(graph.name(node.inputs().getFirst()), OnnxType.BOOL),
                graph.name(node.inputs().get(1)), graph.name(node.inputs().get(2)));
    }
}
