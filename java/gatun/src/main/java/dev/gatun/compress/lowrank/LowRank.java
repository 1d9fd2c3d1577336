package dev.gatun.compress.lowrank;

import dev.gatun.compress.LayerNames;
import dev.gatun.compress.Snapshot;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Rewriter;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Convolution;
import dev.gatun.op.Linear;
import dev.gatun.op.Op;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Replaces linear layers and convolutions by two of a smaller rank, where these have fewer parameters. A weight
 * {@code W (O, F)}, with all elements of a filter in its row, becomes {@code U (U^T W)}, where the columns of
 * {@code U (O, r)} are the left singular vectors of the r largest singular values: no other matrix of rank r is nearer
 * to it (Eckart and Young, 1936). A convolution becomes one with r filters of the same window, and one of 1x1 (Zhang et
 * al., 2016, without their nonlinear response).
 */
public final class LowRank {
    private LowRank() {}

    /**
     * What became of a layer.
     *
     * @param layer  its name
     * @param before parameters of its weight
     * @param after  parameters of the two that took its place; those before where it stayed
     * @param rank   its new rank; the full one where it stayed
     * @param energy share of the squared singular values that is kept
     */
    public record Factorized(String layer, long before, long after, int rank, double energy) {}

    /**
     * A network of smaller ranks.
     *
     * @param snapshot the network with its values, to be fine-tuned
     * @param layers   all layers that were looked at
     */
    public record Result(Snapshot snapshot, List<Factorized> layers) {}

    /** The two weights in place of one: {@code in (r, filter...)} and {@code out (O, r)}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Factors(Shape inShape, float[] in, Shape outShape, float[] out) {}

    /**
     * Factorizes the layers of a network.
     *
     * @throws IllegalArgumentException when an ignored layer does not exist
     */
    public static Result factorize(Snapshot snapshot, LowRankOptions options) {
        Graph graph = snapshot.graph();
        Set<String> ignored = LayerNames.of(graph.nodes().stream().filter(LowRank::isLayer).toList())
                .matching(options.ignored());
        Map<String, Factors> factors = new HashMap<>();
        List<Factorized> report = new ArrayList<>();
        Map<Value, List<Node>> uses = graph.uses();
        for (Node node : graph.nodes()) {
            if (isLayer(node) && uses.getOrDefault(node.inputs().get(1), List.of()).size() == 1
                    && !ignored.contains(node.name())) {
                report.add(layer(snapshot, node, options, factors));
            }
        }
        Map<String, float[]> values = new LinkedHashMap<>(snapshot.values());
        factors.forEach((variable, pair) -> {
            values.remove(variable);
            values.put(in(variable), pair.in);
            values.put(out(variable), pair.out);
        });
        return new Result(snapshot.rewritten(before -> rewrite(before, factors), values), List.copyOf(report));
    }

    /** Whether a node is a layer whose weight is a variable. */
    private static boolean isLayer(Node node) {
        return switch (node.op()) {
            case Convolution convolution -> convolution.groups() == 1 && node.inputs().get(1).isParameter();
            case Linear _ -> node.inputs().get(1).isParameter();
            default -> false;
        };
    }

    private static Factorized layer(
            Snapshot snapshot, Node node, LowRankOptions options, Map<String, Factors> factors) {
        Value weight = node.inputs().get(1);
        Shape shape = weight.type().shape();
        int rows = Math.toIntExact(shape.extent(0));
        int columns = Math.toIntExact(shape.elements() / rows);
        Spectrum spectrum = Spectrum.of(snapshot.values(weight.name()), rows, columns);
        int rank = spectrum.rank(options.rank());
        long after = (long) rank * (rows + columns);
        if (after >= shape.elements()) {
            return new Factorized(node.name(), shape.elements(), shape.elements(), Math.min(rows, columns), 1);
        }
        float[][] pair = spectrum.factors(rank);
        Shape out = node.op() instanceof Linear ? Shape.of(rows, rank)
                : Shape.of(LongStream.concat(LongStream.of(rows, rank),
                        LongStream.generate(() -> 1).limit(shape.rank() - 2)).toArray());
        factors.put(weight.name(), new Factors(shape.with(0, rank), pair[0], out, pair[1]));
        return new Factorized(node.name(), shape.elements(), after, rank, spectrum.energy(rank));
    }

    private static Graph rewrite(Graph graph, Map<String, Factors> factors) {
        Rewriter rewriter = new Rewriter(graph);
        for (Node node : graph.nodes()) {
            Factors pair = isLayer(node) ? factors.get(node.inputs().get(1).name()) : null;
            if (pair == null) {
                rewriter.emit(node, node.op(), node.inputs());
                continue;
            }
            Value weight = node.inputs().get(1);
            Value in = rewriter.variable(variable(weight, in(weight.name()), pair.inShape), weight.type().dtype());
            Value out = rewriter.variable(variable(weight, out(weight.name()), pair.outShape), weight.type().dtype());
            rewriter.replace(weight, out);
            Value inner = rewriter.add(node.name() + ".in", node.op(), rewriter.copy(node.inputs().getFirst()), in);
            List<Value> inputs = new ArrayList<>(List.of(inner, out));
            node.inputs().stream().skip(2).map(rewriter::copy).forEach(inputs::add); // a bias
            rewriter.emitOn(node, outer(node.op()), inputs);
        }
        return rewriter.finish();
    }

    private static Op outer(Op op) {
        return op instanceof Convolution convolution ? Convolution.over(convolution.axes().size()) : op;
    }

    private static Variable variable(Value weight, String name, Shape shape) {
        Variable before = Objects.requireNonNull(weight.variable());
        return new Variable(name, shape, before.kind(), before.initializer());
    }

    private static String in(String weight) {
        return inserted(weight, "in");
    }

    private static String out(String weight) {
        return inserted(weight, "out");
    }

    /** {@code fc1.weight} as {@code fc1.in.weight}. */
    private static String inserted(String weight, String part) {
        int dot = weight.lastIndexOf('.');
        return dot < 0 ? weight + "." + part : weight.substring(0, dot) + "." + part + weight.substring(dot);
    }
}
