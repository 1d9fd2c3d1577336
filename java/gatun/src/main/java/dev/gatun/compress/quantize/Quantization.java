package dev.gatun.compress.quantize;

import dev.gatun.compress.Snapshot;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Rewriter;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.nn.Initializers;
import dev.gatun.op.Affine;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Reduce;
import dev.gatun.op.StopGradient;
import dev.gatun.op.Unary;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Rounds the weights of a network's layers and what they read to integers of few bits (Jacob et al., 2018). Batch
 * normalisations are folded into the layers first. What comes out computes in f32 as integers would, so that it can be
 * trained on with straight-through gradients; a device with arithmetic on integers computes its inference on them.
 *
 * <p>With static ranges, run {@link #observed} on examples, {@linkplain Seen look} at each of its outputs, and call
 * {@link #quantize}; {@code train.compress.Calibration} does that.
 */
public final class Quantization {
    /** What the names of observed outputs begin with, before a number from 0. */
    public static final String OBSERVED = "observed.";

    private final Snapshot folded;
    private final QuantizationOptions options;
    private final RoundedPlaces places;

    private Quantization(Snapshot folded, QuantizationOptions options) {
        this.folded = folded;
        this.options = options;
        this.places = RoundedPlaces.of(folded.graph(), options.ignored());
    }

    /**
     * Prepares a network.
     *
     * @throws IllegalArgumentException when it is quantized already, has no layer that could be, or an ignored layer
     *                                  does not exist
     */
    public static Quantization of(Snapshot snapshot, QuantizationOptions options) {
        return new Quantization(BatchNormFolding.fold(snapshot), options);
    }

    /** Returns the network whose activations are observed: with batch normalisations folded, and not rounded yet. */
    public Snapshot folded() {
        return folded;
    }

    /** Returns how many activations are observed; none where ranges are found in each batch. */
    public int observations() {
        return options.ranges() == QuantizationOptions.Ranges.DYNAMIC ? 0 : places.activations().size();
    }

    /** Returns whether a second pass over the examples has to count what was seen. */
    public boolean needsCounts() {
        return options.observer().needsHistogram();
    }

    /** Returns the folded network's graph with the activations as outputs, {@code observed.0} and so on. */
    public Graph observed(int batchSize) {
        Graph graph = folded.graph(batchSize);
        Map<String, Value> outputs = new LinkedHashMap<>();
        RoundedPlaces.of(graph, options.ignored()).activations().keySet().forEach(value ->
                outputs.put(OBSERVED + outputs.size(), value));
        return new Graph(graph.inputs(), graph.variables(), graph.nodes(), outputs, graph.gradients());
    }

    /**
     * Returns the rounded network.
     *
     * @param seen what was seen of each observed activation
     * @throws IllegalArgumentException when nothing was seen
     */
    public Quantized quantize(List<Seen> seen) {
        if (seen.size() != observations()) {
            throw new IllegalArgumentException(observations() + " activations are observed, got " + seen.size());
        }
        if (seen.stream().anyMatch(one -> !one.hasBegun())) {
            throw new IllegalArgumentException("the calibration set is empty: give images whose activations show what"
                    + " ranges they have");
        }
        Map<String, float[]> values = new LinkedHashMap<>(folded.values());
        for (Node layer : places.layers()) {
            Value weight = layer.inputs().get(1);
            values.put(scaleOf(weight), WeightScales.of(folded.values(weight.name()),
                    Math.toIntExact(weight.type().shape().extent(0)), options));
        }
        List<IntegerGrid> grids = new ArrayList<>();
        List<String> names = List.copyOf(places.activations().values());
        for (int i = 0; i < seen.size(); i++) {
            IntegerGrid grid = IntegerGrid.of(options.activationBits(), seen.get(i).isNeverNegative(),
                    options.symmetry());
            double[] range = seen.get(i).range(options.observer(), grid);
            IntegerGrid.Scale scale = grid.scale(range[0], range[1]);
            grids.add(grid);
            values.put(names.get(i) + ".scale", new float[] {(float) scale.step()});
            if (grid.affine()) {
                values.put(names.get(i) + ".zero_point", new float[] {scale.zeroPoint()});
            }
        }
        return new Quantized(folded.rewritten(graph -> rewrite(graph, grids), values), places.report());
    }

    private static String scaleOf(Value weight) {
        return weight.name() + ".scale";
    }

    private Graph rewrite(Graph graph, List<IntegerGrid> grids) {
        RoundedPlaces found = RoundedPlaces.of(graph, options.ignored());
        List<Value> order = List.copyOf(found.activations().keySet());
        Rewriter rewriter = new Rewriter(graph);
        for (Value input : graph.inputs()) {
            round(rewriter, found, order, input, grids);
        }
        for (Node node : graph.nodes()) {
            if (found.layers().contains(node)) {
                Value weight = node.inputs().get(1);
                rewriter.replace(weight, rounded(rewriter, weight));
            }
            rewriter.emit(node, node.op(), node.inputs());
            round(rewriter, found, order, node.output(), grids);
        }
        return rewriter.finish();
    }

    private Value rounded(Rewriter rewriter, Value weight) {
        boolean each = options.weights() == QuantizationOptions.Granularity.PER_CHANNEL;
        Value scale = rewriter.variable(new Variable(scaleOf(weight),
                each ? Shape.of(weight.type().shape().extent(0)) : Shape.of(), kind(), Initializers.constant(1)),
                DType.F32);
        int high = options.weightHigh();
        return rewriter.add(weight.name() + ".rounded",
                new FakeQuantize(-high, high, each ? 0 : FakeQuantize.PER_TENSOR), rewriter.copy(weight), scale);
    }

    private void round(
            Rewriter rewriter, RoundedPlaces found, List<Value> order, Value value, List<IntegerGrid> grids) {
        String name = found.activations().get(value);
        if (name == null) {
            return;
        }
        Value x = rewriter.copy(value);
        if (grids.isEmpty()) {
            rewriter.replace(value, dynamic(rewriter, name, x));
            return;
        }
        IntegerGrid grid = grids.get(order.indexOf(value));
        List<Value> inputs = new ArrayList<>(List.of(x, rewriter.variable(new Variable(name + ".scale", Shape.of(),
                kind(), Initializers.constant(1)), DType.F32)));
        if (grid.affine()) {
            inputs.add(rewriter.variable(new Variable(name + ".zero_point", Shape.of(), Variable.Kind.BUFFER,
                    Initializers.constant(0)), DType.F32));
        }
        rewriter.replace(value, rewriter.add(name, new FakeQuantize(grid.low(), grid.high(), FakeQuantize.PER_TENSOR),
                inputs.toArray(Value[]::new)));
    }

    /** By the largest absolute value of the batch. */
    private Value dynamic(Rewriter rewriter, String name, Value x) {
        int high = (1 << (options.activationBits() - 1)) - 1;
        Integer[] axes = IntStream.range(0, x.type().shape().rank()).boxed().toArray(Integer[]::new);
        Value largest = rewriter.add(name + ".largest", Reduce.over(Reduction.MAX, axes),
                rewriter.add(name + ".size", new Unary(UnaryFunction.ABS), x));
        Value scale = rewriter.add(name + ".scale", new StopGradient(),
                rewriter.add(name + ".step", new Affine(1.0 / high, Float.MIN_NORMAL), largest));
        return rewriter.add(name, new FakeQuantize(-high, high, FakeQuantize.PER_TENSOR), x, scale);
    }

    private Variable.Kind kind() {
        return switch (options.scales()) {
            case FIXED -> Variable.Kind.BUFFER;
            case LEARNT -> Variable.Kind.NORMALIZATION; // trained, and not decayed
        };
    }
}
