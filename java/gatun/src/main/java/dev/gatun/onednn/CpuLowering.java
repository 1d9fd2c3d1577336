package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Support;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
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
import dev.gatun.op.Relu;
import dev.gatun.op.ReluBackward;
import dev.gatun.op.Reshape;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;

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
    public KernelPlan plan(KernelRequest request) {
        device.checkUsable();
        Support support = device.supports(request.op(), request.inputs().stream().map(Operand::type).toList());
        if (support instanceof Support.No(String reason)) {
            throw new UnsupportedOperationOnDevice(device.name(), request.name(), request.op().name(), reason);
        }
        try {
            return choose(request);
        } catch (PrimitiveDescriptor.UnimplementedException e) {
            throw new UnsupportedOperationOnDevice(device.name(), request.name(), request.op().name(), e.reason());
        }
    }

    private KernelPlan choose(KernelRequest request) {
        TensorType input = request.inputs().getFirst().type();
        return switch (request.op()) {
            case Convolution op -> convolutions.forward(request, op);
            case ConvolutionBackwardData op -> convolutions.backwardData(request, op);
            case ConvolutionBackwardWeights op -> convolutions.backwardWeights(request, op);
            case Linear op -> linears.forward(request, op);
            case LinearBackwardData _ -> linears.backwardData(request);
            case LinearBackwardWeights op -> linears.backwardWeights(request, op);
            case BatchNormalization op -> normalizations.forward(request, op);
            case BatchNormalizationBackward op -> normalizations.backward(request, op);
            case UpdateRunningStatistics op -> normalizations.updateRunning(request, op);
            case MaxPool op -> poolings.forward(request, PoolingPlans.Kind.MAX, op.window());
            case MaxPoolBackward op -> poolings.backward(request, PoolingPlans.Kind.MAX, op.forward().window());
            case AvgPool op -> poolings.forward(request, PoolingPlans.Kind.AVERAGE, op.window());
            case AvgPoolBackward op -> poolings.backward(request, PoolingPlans.Kind.AVERAGE, op.forward().window());
            case GlobalAvgPool _ ->
                poolings.forward(request, PoolingPlans.Kind.AVERAGE, PoolingPlans.whole(input.shape()));
            case GlobalAvgPoolBackward op ->
                poolings.backward(request, PoolingPlans.Kind.AVERAGE, PoolingPlans.whole(op.source()));
            case Add op -> ElementwisePlans.add(request, op.activation());
            case Relu _ -> ElementwisePlans.relu(request);
            case ReluBackward _ -> ElementwisePlans.reluBackward(request);
            case Dropout op -> ElementwisePlans.dropout(request, op);
            case Flatten _, Reshape _ -> new ViewPlan(input, request.outputs().getFirst());
            case SoftmaxCrossEntropy _ -> LossPlans.forward(request);
            case SoftmaxCrossEntropyBackward _ -> LossPlans.backward(request);
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
                .input(onednn_h.DNNL_ARG_SRC(), from)
                .output(onednn_h.DNNL_ARG_DST(), Stored.of(type, to))
                .build();
    }

    @Override
    public void close() {
        device.checkThread();
        device.release(owner);
    }
}
