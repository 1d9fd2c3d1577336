package dev.gatun.graph;

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

/**
 * The gradient of every operation, in terms of operations: those of a gradient have one too, unless it says here that
 * there is none.
 */
final class GradientRules {
    private GradientRules() {}

    /** Adds what flows from the outputs of a node to its inputs. */
    static void apply(Node node, ReversePass pass) {
        switch (node.op()) {
            case Unary op -> ElementwiseGradients.unary(op, node, pass);
            case UnaryBackward op -> ElementwiseGradients.unaryBackward(op, node, pass);
            case Affine op -> pass.contribute(x(node), pass.apply(node, Affine.times(op.scale()), pass.diff(node)));
            case Cast _ -> pass.contribute(x(node), pass.cast(node, pass.diffAsGiven(node), x(node).type().dtype()));
            case Binary op -> BinaryGradients.binary(op, node, pass);
            case Reduce op -> ReductionGradients.reduce(op, node, pass);
            case Broadcast _ ->
                pass.contribute(x(node), ReductionGradients.sumTo(node, pass, pass.diff(node), x(node).type().shape()));
            case Reshape _ ->
                pass.contribute(x(node), pass.apply(node, new Reshape(x(node).type().shape()), pass.diff(node)));
            case Transpose op -> pass.contribute(x(node), pass.apply(node, op.inverse(), pass.diff(node)));
            case Slice op -> MoveGradients.slice(op, node, pass);
            case Concat op -> MoveGradients.concat(op, node, pass);
            case Pad op -> pass.contribute(x(node), pass.apply(node,
                    new Slice(op.axis(), op.before(), x(node).type().shape().extent(op.axis())), pass.diff(node)));
            case Resample op ->
                pass.contribute(x(node), pass.apply(node, new ResampleBackward(op, x(node).type().shape()),
                        pass.diff(node)));
            case ResampleBackward op ->
                pass.contribute(x(node), pass.apply(node, op.forward(), pass.diff(node)));
            case Gather op -> ChoiceGradients.gather(op, node, pass);
            case ScatterAdd op -> ChoiceGradients.scatterAdd(op, node, pass);
            case Where _ -> ChoiceGradients.where(node, pass);
            case MatMul op -> MatMulGradients.matMul(op, node, pass);
            case Dropout op -> pass.contribute(x(node), pass.apply(node, op, pass.diff(node)));
            case Convolution op -> ConvolutionGradients.convolution(op, node, pass);
            case ConvolutionBackwardData op -> ConvolutionGradients.backwardData(op, node, pass);
            case ConvolutionBackwardWeights op -> ConvolutionGradients.backwardWeights(op, node, pass);
            case Linear op -> LinearGradients.linear(op, node, pass);
            case LinearBackwardData _ -> LinearGradients.backwardData(node, pass);
            case LinearBackwardWeights _ -> LinearGradients.backwardWeights(node, pass);
            case BatchNormalization op -> LayerGradients.batchNormalization(op, node, pass);
            case ChannelStatistics _ -> LayerGradients.channelStatistics(node, pass);
            case SumAcrossRanks op -> ReductionGradients.sumAcrossRanks(op, node, pass);
            case LayerNormalization op -> LayerGradients.layerNormalization(op, node, pass);
            case RmsNormalization op -> LayerGradients.rmsNormalization(op, node, pass);
            case RmsNormalizationBackward op -> LayerGradients.rmsNormalizationBackward(op.forward(), node, pass);
            case GroupNormalization op -> LayerGradients.groupNormalization(op, node, pass);
            case InstanceNormalization op ->
                LayerGradients.groupNormalization(op.grouped(x(node).type().shape().extent(1)), node, pass);
            case ScaledDotProductAttention op -> MatMulGradients.attention(op, node, pass);
            case Recurrent op -> LayerGradients.recurrent(op, node, pass);
            case Softmax op -> pass.contribute(x(node),
                    pass.apply(node, new SoftmaxBackward(op), node.output(), pass.diff(node)));
            case SoftmaxBackward op -> SoftmaxGradients.backward(op.forward(), node, pass);
            case Pool op -> LayerGradients.pool(op, node, pass);
            case PoolBackward op -> LayerGradients.poolBackward(op, node, pass);
            case FakeQuantize op -> ElementwiseGradients.fakeQuantize(op, node, pass);
            case SoftmaxCrossEntropy _ -> SoftmaxGradients.softmaxCrossEntropy(node, pass);
            case SoftmaxCrossEntropyBackward _ -> SoftmaxGradients.softmaxCrossEntropyBackward(node, pass);
            case QuantizedOp op -> throw new IllegalArgumentException("node " + node.name() + ": " + op.name()
                    + " computes on integers and has no gradient: differentiate the graph of fake quantizations, and"
                    + " take integers for inference only");
            case BatchNormalizationBackward _, LayerNormalizationBackward _, GroupNormalizationBackward _,
                    RecurrentBackward _, ScaledDotProductAttentionBackward _, FakeQuantizeBackward _ ->
                throw none(node);
            case Fill _, LossScale _, UpdateRunningStatistics _, OneHot _, ArgMax _, StopGradient _ ->
                throw new IllegalStateException(node + " has no inputs to be differentiated by");
        }
    }

    private static Value x(Node node) {
        return node.inputs().getFirst();
    }

    /** What is thrown for a gradient operation without a gradient of its own. */
    static IllegalArgumentException none(Node node) {
        return new IllegalArgumentException("node " + node.name() + ": " + node.op().name()
                + " has no derivative, so that the loss has no second derivative through it");
    }
}
