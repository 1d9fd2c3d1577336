package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/** Fully connected layers and their gradients, as oneDNN's inner products: images are read in the order they have. */
final class LinearPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    LinearPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.device().descriptors();
    }

    KernelPlan forward(KernelRequest request, Linear op) {
        TensorType x = request.inputs().get(0).type();
        TensorType w = request.inputs().get(1).type();
        TensorType y = request.outputs().getFirst();
        boolean bias = request.inputs().size() == 3;
        Layout given = request.inputs().getFirst().layout();
        Layout source = given == null ? Layout.rowMajor(x.shape()) : given;
        Layout destination = Layout.rowMajor(y.shape());
        MemorySegment biasDescriptor = bias
                ? descriptors.of(request.inputs().get(2).type(), Layout.rowMajor(request.inputs().get(2).type().shape()))
                : MemorySegment.NULL;
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_inner_product_forward_primitive_desc_create", request.name() + " " + x + " * " + w,
                out -> onednn_h.dnnl_inner_product_forward_primitive_desc_create(out, lowering.device().engine(),
                        onednn_h.dnnl_forward_training(), descriptors.of(x, source), descriptors.any(w), biasDescriptor,
                        descriptors.of(y, destination), lowering.device().attributes().with(op.activation())));
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
                .input(onednn_h.DNNL_ARG_WEIGHTS(), descriptor.layout(descriptors, w, onednn_h.DNNL_ARG_WEIGHTS()));
        if (bias) {
            plan.input(onednn_h.DNNL_ARG_BIAS(), Layout.rowMajor(request.inputs().get(2).type().shape()));
        }
        return plan.output(onednn_h.DNNL_ARG_DST(), Stored.of(y, destination)).build();
    }

    KernelPlan backwardData(KernelRequest request) {
        TensorType diffDst = request.inputs().get(0).type();
        TensorType w = request.inputs().get(1).type();
        TensorType diffSrc = request.outputs().getFirst();
        PrimitivePlan forward = (PrimitivePlan) request.forwardPlan();
        Layout source = forward.inputLayouts().getFirst();
        Layout destination = forward.outputs().getFirst().layout();
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_inner_product_backward_data_primitive_desc_create", request.name() + " " + diffDst + " * " + w,
                out -> onednn_h.dnnl_inner_product_backward_data_primitive_desc_create(out, lowering.device().engine(),
                        descriptors.of(diffSrc, source), descriptors.any(w), descriptors.of(diffDst, destination),
                        forward.handle(), lowering.device().attributes().plain()));
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), destination)
                .input(onednn_h.DNNL_ARG_WEIGHTS(), descriptor.layout(descriptors, w, onednn_h.DNNL_ARG_WEIGHTS()))
                .output(onednn_h.DNNL_ARG_DIFF_SRC(), Stored.of(diffSrc, source))
                .build();
    }

    KernelPlan backwardWeights(KernelRequest request, LinearBackwardWeights op) {
        TensorType x = request.inputs().get(0).type();
        TensorType diffDst = request.inputs().get(1).type();
        TensorType diffWeights = request.outputs().getFirst();
        PrimitivePlan forward = (PrimitivePlan) request.forwardPlan();
        Layout source = forward.inputLayouts().getFirst();
        Layout destination = forward.outputs().getFirst().layout();
        MemorySegment bias = op.bias()
                ? descriptors.of(request.outputs().get(1), Layout.rowMajor(request.outputs().get(1).shape()))
                : MemorySegment.NULL;
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_inner_product_backward_weights_primitive_desc_create", request.name() + " " + x + " * " + diffDst,
                out -> onednn_h.dnnl_inner_product_backward_weights_primitive_desc_create(out,
                        lowering.device().engine(), descriptors.of(x, source), descriptors.any(diffWeights), bias,
                        descriptors.of(diffDst, destination), forward.handle(), lowering.device().attributes().plain()));
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), destination)
                .output(onednn_h.DNNL_ARG_DIFF_WEIGHTS(), Stored.of(diffWeights,
                        descriptor.layout(descriptors, diffWeights, onednn_h.DNNL_ARG_DIFF_WEIGHTS())));
        if (op.bias()) {
            plan.output(onednn_h.DNNL_ARG_DIFF_BIAS(), Stored.rowMajor(request.outputs().get(1)));
        }
        return plan.build();
    }
}
