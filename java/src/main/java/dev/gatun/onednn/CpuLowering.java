package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Stored;
import dev.gatun.backend.Support;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.op.Affine;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Dropout;
import dev.gatun.op.Fill;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.LossScale;
import dev.gatun.op.MatMul;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryBackward;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;

/** Chooses kernels for one program on the CPU. */
final class CpuLowering implements Lowering {
    private final CpuDevice device;
    private final NativeOwner owner;
    private final ConvolutionPlans convolutions;
    private final LinearPlans linears;
    private final NormalizationPlans normalizations;
    private final PoolingPlans poolings;
    private final UnaryPlans unaries;
    private final BinaryPlans binaries;
    private final ReductionPlans reductions;
    private final MatMulPlans products;

    CpuLowering(CpuDevice device, NativeOwner owner) {
        this.device = device;
        this.owner = owner;
        this.convolutions = new ConvolutionPlans(this);
        this.linears = new LinearPlans(this);
        this.normalizations = new NormalizationPlans(this);
        this.poolings = new PoolingPlans(this);
        this.unaries = new UnaryPlans(this);
        this.binaries = new BinaryPlans(this);
        this.reductions = new ReductionPlans(this);
        this.products = new MatMulPlans(this);
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
        return switch (request.op()) {
            case Convolution op -> convolutions.forward(request, op);
            case ConvolutionBackwardData op -> convolutions.backwardData(request, op);
            case ConvolutionBackwardWeights op -> convolutions.backwardWeights(request, op);
            case Linear op -> linears.forward(request, op);
            case LinearBackwardData _ -> linears.backwardData(request);
            case LinearBackwardWeights op -> linears.backwardWeights(request, op);
            case MatMul op -> products.matMul(request, op);
            case BatchNormalization op -> normalizations.forward(request, op);
            case BatchNormalizationBackward op -> normalizations.backward(request, op);
            case UpdateRunningStatistics op -> normalizations.updateRunning(request, op);
            case Pool op -> poolings.forward(request, op);
            case PoolBackward op -> poolings.backward(request, op);
            case Unary op -> unaries.unary(request, op.function());
            case UnaryBackward op -> unaries.unaryBackward(request, op.function());
            case Affine op -> unaries.affine(request, op);
            case Binary op -> binaries.binary(request, op);
            case Reduce op -> reductions.reduce(request, op);
            case Broadcast _ -> reductions.broadcast(request);
            case Dropout op -> ElementwisePlans.dropout(request, op);
            case Reshape _ -> new ViewPlan(request.inputs().getFirst().type(), request.outputs().getFirst());
            case Fill op -> SourcePlans.fill(request, op);
            case LossScale _ -> SourcePlans.lossScale(request);
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
