package dev.gatun.io.onnx;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Affine;
import dev.gatun.op.ArgMax;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Cast;
import dev.gatun.op.ChannelStatistics;
import dev.gatun.op.Concat;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Dropout;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.FakeQuantizeBackward;
import dev.gatun.op.Fill;
import dev.gatun.op.Gather;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.GroupNormalizationBackward;
import dev.gatun.op.InstanceNormalization;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.LayerNormalizationBackward;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.LossScale;
import dev.gatun.op.MatMul;
import dev.gatun.op.OneHot;
import dev.gatun.op.Pad;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.QuantizedOp;
import dev.gatun.op.Recurrent;
import dev.gatun.op.RecurrentBackward;
import dev.gatun.op.Reduce;
import dev.gatun.op.Resample;
import dev.gatun.op.ResampleBackward;
import dev.gatun.op.Reshape;
import dev.gatun.op.RmsNormalization;
import dev.gatun.op.RmsNormalizationBackward;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.ScaledDotProductAttentionBackward;
import dev.gatun.op.ScatterAdd;
import dev.gatun.op.Slice;
import dev.gatun.op.Softmax;
import dev.gatun.op.SoftmaxBackward;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.StopGradient;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.op.Transpose;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.op.Where;
import dev.gatun.shape.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Translates the nodes of a graph in its inference form, each operation into the ONNX operators that compute it. */
final class OnnxTranslation {
    private final OnnxNodes graph;
    private final ElementwiseNodes elementwise;
    private final LayerNodes layers;
    private final MoveNodes moves;
    private final SequenceNodes sequences;
    private final QuantizationNodes quantizations;

    OnnxTranslation(OnnxNodes graph, OnnxTensors tensors) {
        this.graph = graph;
        elementwise = new ElementwiseNodes(graph);
        quantizations = new QuantizationNodes(graph, tensors);
        layers = new LayerNodes(graph, quantizations);
        moves = new MoveNodes(graph, elementwise);
        sequences = new SequenceNodes(graph, elementwise, layers, moves);
    }

    /**
     * Translates all nodes.
     *
     * @throws OnnxException when one has no form in ONNX
     */
    void run() {
        Graph source = graph.batch().graph();
        for (Value value : source.variables()) {
            Variable variable = Objects.requireNonNull(value.variable());
            if (!variable.shape().equals(value.type().shape())) { // read under another shape than it is stored in
                graph.name(value, moves.reshape(variable.name(), graph.batch().shape(value)));
            }
        }
        for (Node node : source.nodes()) {
            graph.scope(node.name());
            List<String> results = results(node);
            for (int i = 0; i < results.size(); i++) {
                graph.name(node.outputs().get(i), results.get(i));
            }
        }
    }

    private List<String> results(Node node) {
        return node.op() instanceof Recurrent recurrent
                ? sequences.recurrent(recurrent, node) : List.of(result(node));
    }

    /** The first result; others belong to the backward pass. */
    private String result(Node node) {
        List<String> inputs = node.inputs().stream().map(graph::name).toList();
        return switch (node.op()) {
            case Unary unary -> elementwise.unary(unary.function(), inputs.getFirst());
            case Binary binary -> elementwise.binary(binary.function(), inputs.get(0), inputs.get(1));
            case Affine affine -> elementwise.affine(affine, inputs.getFirst());
            case Cast cast -> elementwise.cast(inputs.getFirst(), OnnxType.of(cast.dtype()));
            case Where _ -> moves.where(node);
            case Reduce reduce -> moves.reduce(reduce, inputs.getFirst());
            case ArgMax argMax -> moves.argMax(argMax, inputs.getFirst());
            case OneHot oneHot -> moves.oneHot(oneHot, inputs.getFirst());
            case Gather gather -> moves.gather(gather, inputs);
            case Reshape _ -> moves.reshape(inputs.getFirst(), shape(node));
            case Transpose transpose -> moves.transpose(transpose, inputs.getFirst());
            case Slice slice -> moves.slice(slice, inputs.getFirst());
            case Concat concat -> moves.concat(concat, inputs);
            case Pad pad -> moves.pad(pad, node.inputs().getFirst());
            case Resample resample -> moves.resample(resample, node.inputs().getFirst());
            case Broadcast _ -> graph.node("Expand", inputs.getFirst(), graph.extents(shape(node)));
            case Fill fill -> filled(fill, node);
            case StopGradient _, SumAcrossRanks _, LossScale _ -> graph.node("Identity", inputs.getFirst());
            case Softmax softmax -> graph.node(switch (softmax.kind()) {
                case SOFTMAX -> "Softmax";
                case LOG_SOFTMAX -> "LogSoftmax";
            }, inputs, Map.of("axis", OnnxAttribute.of(softmax.axis())));
            case FakeQuantize quantize -> quantizations.fakeQuantize(quantize, node);
            case Convolution convolution -> layers.convolution(convolution, node);
            case ConvolutionBackwardData data -> layers.transposed(data, node);
            case Linear _ -> layers.linear(node);
            case MatMul product -> layers.matMul(product, node);
            case Pool pool -> layers.pool(pool, node);
            case BatchNormalization normalization when normalization.mode() != BatchNormalization.Mode.TRAINING ->
                layers.batchNormalization(normalization, node);
            case LayerNormalization normalization -> layers.layerNormalization(normalization, node);
            case RmsNormalization normalization -> layers.rmsNormalization(normalization, node);
            case GroupNormalization normalization -> layers.groupNormalization(normalization, node);
            case ScaledDotProductAttention attention when attention.rate() == 0 ->
                sequences.attention(attention, node);
            case QuantizedOp op -> throw new OnnxException("operation " + node.name() + " (" + op.name()
                    + ") computes on integers: export the graph of fake quantizations that it was made from");
            case BatchNormalization _, InstanceNormalization _, ScaledDotProductAttention _, Recurrent _, Dropout _,
                    SoftmaxCrossEntropy _, ScatterAdd _, UpdateRunningStatistics _, ChannelStatistics _,
                    UnaryBackward _,
                    ResampleBackward _, ConvolutionBackwardWeights _, LinearBackwardData _, LinearBackwardWeights _,
                    FakeQuantizeBackward _, BatchNormalizationBackward _, LayerNormalizationBackward _,
                    RmsNormalizationBackward _,
                    GroupNormalizationBackward _, RecurrentBackward _, ScaledDotProductAttentionBackward _,
                    PoolBackward _, SoftmaxBackward _, SoftmaxCrossEntropyBackward _ ->
                throw new OnnxException("operation " + node.name() + " (" + node.op().name()
                        + ") belongs to training and has no form in ONNX: export an output that does not need it");
        };
    }

    private List<BatchExtent> shape(Node node) {
        return graph.batch().shape(node.output());
    }

    private String filled(Fill fill, Node node) {
        TensorType type = fill.type();
        String value = graph.node("Expand", graph.real(fill.value()), graph.extents(shape(node)));
        return OnnxType.of(type.dtype()) == OnnxType.FLOAT
                ? value : elementwise.cast(value, OnnxType.of(type.dtype()));
    }
}
