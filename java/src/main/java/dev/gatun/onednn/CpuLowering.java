package dev.gatun.onednn;

import dev.gatun.backend.Candidate;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Region;
import dev.gatun.backend.Stored;
import dev.gatun.backend.Support;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Add;
import dev.gatun.op.AvgPool;
import dev.gatun.op.AvgPoolBackward;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Dropout;
import dev.gatun.op.Flatten;
import dev.gatun.op.GlobalAvgPool;
import dev.gatun.op.GlobalAvgPoolBackward;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.MaxPool;
import dev.gatun.op.MaxPoolBackward;
import dev.gatun.op.Op;
import dev.gatun.op.Relu;
import dev.gatun.op.ReluBackward;
import dev.gatun.op.Reshape;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import java.util.List;

/** Chooses kernels for one program on the CPU. */
final class CpuLowering implements Lowering {
    private final CpuDevice device;
    private final NativeOwner owner;
    private final ConvolutionPlans convolutions;
    private final LinearPlans linears;
    private final NormalizationPlans normalizations;
    private final PoolingPlans poolings;

    CpuLowering(CpuDevice device, NativeOwner owner) {
        this.device = device;
        this.owner = owner;
        this.convolutions = new ConvolutionPlans(this);
        this.linears = new LinearPlans(this);
        this.normalizations = new NormalizationPlans(this);
        this.poolings = new PoolingPlans(this);
    }

    CpuDevice device() {
        return device;
    }

    NativeOwner owner() {
        return owner;
    }

    @Override
    public List<Region> regions(Graph graph) {
        return graph.nodes().stream().map(this::single).toList();
    }

    @Override
    public Region single(Node node) {
        return Region.of(node, request -> List.of(Candidate.only(() -> plan(node, problem(node, request)))));
    }

    private static Problem problem(Node node, KernelRequest request) {
        Node forward = node.forward();
        return new Problem(node.name(), request.inputs(), node.outputs().stream().map(Value::type).toList(),
                request.policy(), forward == null ? null : request.planOf(forward));
    }

    private KernelPlan plan(Node node, Problem problem) {
        device.checkUsable();
        Support support = device.supports(node.op(), node.inputTypes());
        if (support instanceof Support.No(String reason)) {
            throw new UnsupportedOperationOnDevice(device.name(), node.name(), node.op().name(), reason);
        }
        try {
            return choose(node.op(), problem);
        } catch (PrimitiveDescriptor.UnimplementedException e) {
            throw new UnsupportedOperationOnDevice(device.name(), node.name(), node.op().name(), e.reason());
        }
    }

    private KernelPlan choose(Op anchor, Problem problem) {
        TensorType input = problem.inputs().getFirst().type();
        return switch (anchor) {
            case Convolution op -> convolutions.forward(problem, op);
            case ConvolutionBackwardData op -> convolutions.backwardData(problem, op);
            case ConvolutionBackwardWeights op -> convolutions.backwardWeights(problem, op);
            case Linear op -> linears.forward(problem, op);
            case LinearBackwardData _ -> linears.backwardData(problem);
            case LinearBackwardWeights op -> linears.backwardWeights(problem, op);
            case BatchNormalization op -> normalizations.forward(problem, op);
            case BatchNormalizationBackward op -> normalizations.backward(problem, op);
            case UpdateRunningStatistics op -> normalizations.updateRunning(problem, op);
            case MaxPool op -> poolings.forward(problem, PoolingPlans.Kind.MAX, op.window());
            case MaxPoolBackward op -> poolings.backward(problem, PoolingPlans.Kind.MAX, op.forward().window());
            case AvgPool op -> poolings.forward(problem, PoolingPlans.Kind.AVERAGE, op.window());
            case AvgPoolBackward op -> poolings.backward(problem, PoolingPlans.Kind.AVERAGE, op.forward().window());
            case GlobalAvgPool _ ->
                poolings.forward(problem, PoolingPlans.Kind.AVERAGE, PoolingPlans.whole(input.shape()));
            case GlobalAvgPoolBackward op ->
                poolings.backward(problem, PoolingPlans.Kind.AVERAGE, PoolingPlans.whole(op.source()));
            case Add op -> ElementwisePlans.add(problem, op.activation());
            case Relu _ -> ElementwisePlans.relu(problem);
            case ReluBackward _ -> ElementwisePlans.reluBackward(problem);
            case Dropout op -> ElementwisePlans.dropout(problem, op);
            case Flatten _, Reshape _ -> new ViewPlan(problem.inputs().getFirst().storedOrRowMajor());
            case SoftmaxCrossEntropy _ -> LossPlans.forward(problem);
            case SoftmaxCrossEntropyBackward _ -> LossPlans.backward(problem);
        };
    }

    @Override
    public KernelPlan reorder(TensorType type, Layout from, Layout to) {
        device.checkUsable();
        MemoryDescriptors descriptors = device.descriptors();
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(owner, "dnnl_reorder_primitive_desc_create",
                type + " from " + from + " to " + to,
                out -> onednn_h.dnnl_reorder_primitive_desc_create(out, descriptors.of(type, from), device.engine(),
                        descriptors.of(type, to), device.engine(), device.attributes().plain()));
        return new PrimitivePlan.Builder(this, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), Stored.of(type, from))
                .output(onednn_h.DNNL_ARG_DST(), Stored.of(type, to))
                .build();
    }

    @Override
    public void close() {
        device.checkThread();
        device.release(owner);
    }
}
