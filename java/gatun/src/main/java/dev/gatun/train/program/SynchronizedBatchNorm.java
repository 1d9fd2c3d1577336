package dev.gatun.train.program;

import dev.gatun.graph.Graph;
import dev.gatun.graph.MixedPrecision;
import dev.gatun.graph.Node;
import dev.gatun.graph.Rewriter;
import dev.gatun.graph.Value;
import dev.gatun.op.Affine;
import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Binary;
import dev.gatun.op.ChannelStatistics;
import dev.gatun.op.Concat;
import dev.gatun.op.Fill;
import dev.gatun.op.Op;
import dev.gatun.op.Slice;
import dev.gatun.op.StopGradient;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.op.Unary;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Rewrites a model for ranks that train together, so that each batch normalisation takes its statistics of the examples
 * of all ranks: the same as those of one rank with all examples. Applied after {@link MixedPrecision} and before
 * differentiation, on each rank to the graph of its own share of the batch; the shares may differ in size.
 *
 * <p>With the count {@code n}, the mean {@code m} and the variance {@code v} of a channel on each rank, those of all
 * are {@code N = sum(n)}, {@code M = sum(n * m) / N} and {@code V = sum(n * (v + (m - M)^2)) / N}: differences to the
 * mean of all are squared, so that nothing cancels. That takes two {@link SumAcrossRanks} in the forward pass, one
 * after the other; their gradients take two in the backward pass. All of this is in f32, also between values of 16
 * bits.
 */
public final class SynchronizedBatchNorm {
    private final Graph graph;
    private final Rewriter rewriter;
    private final SumAcrossRanks sum;

    private SynchronizedBatchNorm(Graph graph, double weight) {
        this.graph = graph;
        this.sum = new SumAcrossRanks(weight);
        this.rewriter = new Rewriter(graph);
    }

    /**
     * Returns a model with statistics of all ranks; one without batch normalisations as it is.
     *
     * @param weight of this rank's gradients where those of all are averaged, as {@link SumAcrossRanks} has it: the
     *               examples of its share
     * @throws IllegalArgumentException when the graph is differentiated, or the statistics of a batch are used by
     *                                  something else
     */
    public static Graph of(Graph graph, double weight) {
        return graph.nodes().stream().anyMatch(SynchronizedBatchNorm::isTrained)
                ? new SynchronizedBatchNorm(graph, weight).run() : graph;
    }

    private static boolean isTrained(Node node) {
        return node.op() instanceof BatchNormalization op && op.mode() == BatchNormalization.Mode.TRAINING;
    }

    private Graph run() {
        Set<Value> used = new HashSet<>(graph.uses().keySet());
        used.addAll(graph.outputs().values());
        for (Node node : graph.nodes()) {
            if (node.op() instanceof BatchNormalization op && isTrained(node)) {
                if (node.outputs().stream().skip(1).anyMatch(used::contains)) {
                    throw new IllegalArgumentException("layer " + node.name() + ": the statistics of its batch are used"
                            + " by another operation, so that they cannot become those of all ranks");
                }
                synchronize(op, node);
            } else {
                rewriter.emit(node, node.op(), node.inputs());
            }
        }
        return rewriter.finish();
    }

    private void synchronize(BatchNormalization op, Node node) {
        List<Value> in = node.inputs().stream().map(rewriter::copy).toList();
        Layer layer = new Layer(rewriter, node.name(), sum);
        Node own = rewriter.builder().node(node.name(), new ChannelStatistics(), in.subList(0, 1));
        Value ownMean = own.outputs().get(0);
        Value ownVariance = own.outputs().get(1);
        TensorType one = ownMean.type().withShape(Shape.of(1));
        long channels = ownMean.type().shape().extent(0);
        double n = BatchNormalization.count(in.getFirst().type().shape());

        Value sums = layer.sumAcross(layer.add(new Concat(0),
                layer.add(Affine.times(n), ownMean), layer.add(new Fill(one, n))));
        Value count = layer.add(new StopGradient(), layer.add(new Slice(0, channels, 1), sums));
        Value mean = layer.binary(BinaryFunction.DIVIDE, layer.add(new Slice(0, 0, channels), sums), count);
        // As squares to the mean of all are least, the variance does not change with that mean.
        Value apart = layer.binary(BinaryFunction.SUBTRACT, ownMean, layer.add(new StopGradient(), mean));
        Value spread = layer.binary(BinaryFunction.ADD, ownVariance,
                layer.add(new Unary(UnaryFunction.SQUARE), apart));
        Value squares = layer.sumAcross(layer.add(Affine.times(n), spread));
        Value variance = layer.binary(BinaryFunction.DIVIDE, squares, count);

        BatchNormalization normalization = new BatchNormalization(
                op.epsilon(), new Averaging.Exponential(0), BatchNormalization.Mode.FROZEN);
        rewriter.emitOn(node, normalization, List.of(in.get(0), in.get(1), in.get(2), mean, variance));
        updateRunningStatistics(op, layer, in, mean, squares, count);
    }

    /** With the unbiased variance; of one value, which has none, with zero. */
    private void updateRunningStatistics(
            BatchNormalization op, Layer layer, List<Value> in, Value mean, Value squares, Value count) {
        Value others = layer.binary(BinaryFunction.MAXIMUM, layer.add(Affine.plus(-1), count),
                layer.add(new Fill(count.type(), 1)));
        List<Value> statistics = new ArrayList<>(
                List.of(mean, layer.binary(BinaryFunction.DIVIDE, squares, others)));
        statistics.addAll(in.subList(3, in.size()));
        rewriter.builder().node(layer.name(),
                new UpdateRunningStatistics(op.averaging(), UpdateRunningStatistics.UNBIASED), statistics,
                Node.Phase.RUNNING_STATISTICS, null);
    }

    /** Operations under the name of a layer. */
    private record Layer(Rewriter rewriter, String name, SumAcrossRanks sum) {
        Value add(Op op, Value... inputs) {
            return rewriter.add(name, op, inputs);
        }

        Value binary(BinaryFunction function, Value a, Value b) {
            return add(new Binary(function), a, b);
        }

        Value sumAcross(Value x) {
            return add(sum, x);
        }
    }
}
