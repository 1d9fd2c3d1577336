package dev.gatun.onednn;

import dev.gatun.backend.Candidate;
import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.Operand;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.graph.Node;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.plan.ThenPlan;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
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
import dev.gatun.op.Op;
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
import dev.gatun.op.function.ScalarFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What the CPU can choose from for one kernel: oneDNN's implementations, with what follows in the same pass or after
 * it, and Gatun's own convolutions.
 */
record Candidates(CpuLowering lowering) {
    /** How many of oneDNN's implementations are tried. */
    private static final int MOST_IMPLEMENTATIONS = 3;

    /** By the names of their implementations, oneDNN's own choice first; or the only kernel that is there or wanted. */
    List<Candidate> of(Node node, @Nullable ScalarFunction activation, KernelRequest request) {
        Problem problem = Problem.of(node, activation, request);
        if (!hasAlternatives(node.op()) || lowering.isWidened(problem)) {
            return List.of(Candidate.only(() -> lowering.plan(node, problem)));
        }
        SequencedMap<String, Candidate> candidates = new LinkedHashMap<>();
        KernelPlan first = lowering.plan(node, problem);
        boolean all = request.wanted() == KernelRequest.Wanted.ALL;
        if (all || request.convolution() != ConvolutionMethod.AUTO) {
            own(problem, request.convolution(), first).forEach(plan -> add(candidates, plan));
            if (request.convolution() != ConvolutionMethod.AUTO && !candidates.isEmpty()) {
                return List.copyOf(candidates.values());
            }
        }
        candidates.putFirst(first.implementation(), new Candidate(first.implementation(), () -> first));
        if (all) {
            addAlternatives(candidates, node, problem);
            if (activation != null && problem.narrow().isEmpty()) {
                addSeparate(candidates, node, problem, activation);
            }
        }
        return List.copyOf(candidates.values());
    }

    private static void add(Map<String, Candidate> candidates, KernelPlan plan) {
        candidates.putIfAbsent(plan.implementation(), new Candidate(plan.implementation(), () -> plan));
    }

    private List<KernelPlan> own(Problem problem, ConvolutionMethod method, KernelPlan first) {
        return first instanceof PrimitivePlan direct ? lowering.ownConvolutions().of(problem, method, direct)
                : List.of();
    }

    private void addAlternatives(Map<String, Candidate> candidates, Node node, Problem problem) {
        for (int rank = 1; rank < MOST_IMPLEMENTATIONS; rank++) {
            try {
                KernelPlan plan = lowering.plan(node, problem.withRank(rank));
                if (!PrimitiveDescriptor.isPlainLoop(plan.implementation())) { // a hundred times slower
                    add(candidates, plan);
                }
            } catch (UnsupportedOperationOnDevice _) {
                return; // oneDNN has no more
            }
        }
    }

    /** The operation, and then the function in a pass of its own: another implementation may be fastest without it. */
    private void addSeparate(
            Map<String, Candidate> candidates, Node node, Problem problem, ScalarFunction activation) {
        if (lowering.plan(node, problem.withoutActivation()) instanceof PrimitivePlan first) {
            Operand result = new Operand(problem.outputs().getFirst(), first.outputs().getFirst());
            KernelPlan second = lowering.function(problem.name(), activation, result, problem.policy());
            if (second.outputs().getFirst().holds(first.outputs().getFirst())) { // padding may not suit the function
                add(candidates, new ThenPlan(first, second));
            }
        }
    }

    private static boolean hasAlternatives(Op op) {
        return switch (op) {
            case Convolution _, ConvolutionBackwardData _, ConvolutionBackwardWeights _, Linear _, LinearBackwardData _,
                    LinearBackwardWeights _, LayerNormalization _ -> true;
            case QuantizedOp _ -> false; // the first choice of oneDNN, whose others are for other processors
            case Unary _, UnaryBackward _, Affine _, Binary _, Reduce _, Broadcast _, Cast _, Reshape _, Transpose _,
                    Slice _, Resample _, ResampleBackward _, OneHot _, ArgMax _, StopGradient _, Concat _, Pad _,
                    Gather _, ScatterAdd _, Where _, Softmax _, SoftmaxBackward _, LayerNormalizationBackward _,
                    RmsNormalization _, RmsNormalizationBackward _, GroupNormalization _, GroupNormalizationBackward _,
                    InstanceNormalization _, Recurrent _, RecurrentBackward _, ScaledDotProductAttention _,
                    ScaledDotProductAttentionBackward _, MatMul _, Fill _, LossScale _,
                    FakeQuantize _, FakeQuantizeBackward _, BatchNormalization _,
                    BatchNormalizationBackward _, UpdateRunningStatistics _, ChannelStatistics _, SumAcrossRanks _,
                    Pool _, PoolBackward _, Dropout _,
                    SoftmaxCrossEntropy _, SoftmaxCrossEntropyBackward _ -> false;
        };
    }
}
