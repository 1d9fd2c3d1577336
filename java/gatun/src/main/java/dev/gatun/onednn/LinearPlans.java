package dev.gatun.onednn;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.LongSums;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Faults;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Fully connected layers and their gradients, as oneDNN's inner products: images are read in the layout they have. */
final class LinearPlans {
    private static final int MOST_DIMENSIONS = 5;

    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    LinearPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    KernelPlan forward(Problem problem) {
        Stored source = read(problem.inputs().getFirst());
        TensorType w = seen(problem.inputs().get(1).type(), source);
        boolean bias = problem.inputs().size() == 3;
        Stored destination = Stored.rowMajor(problem.outputs().getFirst());
        Faults.checkFeatures(source.type().shape());
        MemorySegment biasDescriptor = bias
                ? descriptors.of(problem.inputs().get(2).type(),
                Layout.rowMajor(problem.inputs().get(2).type().shape()))
                : MemorySegment.NULL;
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_inner_product_forward_primitive_desc_create", problem.name() + " " + source.type() + " * " + w,
                problem.rank(), faults(source, destination),
                out -> onednn_h.dnnl_inner_product_forward_primitive_desc_create(out, lowering.engine().handle(),
                        onednn_h.dnnl_forward_training(), descriptors.of(source), descriptors.any(w), biasDescriptor,
                        descriptors.of(destination), lowering.engine().attributes().with(problem.activation())));
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
                .input(onednn_h.DNNL_ARG_WEIGHTS(), descriptor.stored(descriptors, w, onednn_h.DNNL_ARG_WEIGHTS()));
        if (bias) {
            plan.input(onednn_h.DNNL_ARG_BIAS(), Stored.rowMajor(problem.inputs().get(2).type()));
        }
        return plan.output(onednn_h.DNNL_ARG_DST(), destination).build();
    }

    KernelPlan backwardData(Problem problem) {
        PrimitivePlan forward = problem.forwardPlan();
        Stored source = forward.inputs().getFirst();
        Stored destination = forward.outputs().getFirst();
        TensorType w = seen(problem.inputs().get(1).type(), source);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_inner_product_backward_data_primitive_desc_create", problem.name() + " " + destination.type()
                + " * " + w, problem.rank(), faults(source, destination),
                out -> onednn_h.dnnl_inner_product_backward_data_primitive_desc_create(out, lowering.engine().handle(),
                        descriptors.of(source), descriptors.any(w), descriptors.of(destination),
                        forward.handle(), lowering.engine().attributes().plain()));
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), destination)
                .input(onednn_h.DNNL_ARG_WEIGHTS(), descriptor.stored(descriptors, w, onednn_h.DNNL_ARG_WEIGHTS()))
                .output(onednn_h.DNNL_ARG_DIFF_SRC(), source)
                .build();
    }

    KernelPlan backwardWeights(Problem problem, LinearBackwardWeights op) {
        PrimitivePlan forward = problem.forwardPlan();
        Stored source = forward.inputs().getFirst();
        Stored destination = forward.outputs().getFirst();
        TensorType diffWeights = seen(problem.outputs().getFirst(), source);
        Optional<Function<HostBinding, Kernel>> longBias = op.bias()
                ? LongSums.bias(lowering.owner().arena(), destination) : Optional.empty();
        MemorySegment bias = op.bias() && longBias.isEmpty()
                ? descriptors.of(problem.outputs().get(1), Layout.rowMajor(problem.outputs().get(1).shape()))
                : MemorySegment.NULL;
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_inner_product_backward_weights_primitive_desc_create", problem.name() + " " + source.type()
                + " * " + destination.type(), problem.rank(), faults(source, destination),
                out -> onednn_h.dnnl_inner_product_backward_weights_primitive_desc_create(out,
                        lowering.engine().handle(), descriptors.of(source), descriptors.any(diffWeights), bias,
                        descriptors.of(destination), forward.handle(), lowering.engine().attributes().plain()));
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), source)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), destination)
                .output(onednn_h.DNNL_ARG_DIFF_WEIGHTS(), descriptor.stored(
                        descriptors, diffWeights, onednn_h.DNNL_ARG_DIFF_WEIGHTS()));
        if (op.bias()) {
            Stored vector = Stored.rowMajor(problem.outputs().get(1));
            longBias.ifPresentOrElse(sum -> plan.unusedOutput(vector).followed(sum),
                    () -> plan.output(onednn_h.DNNL_ARG_DIFF_BIAS(), vector));
        }
        return plan.build();
    }

    static Predicate<String> faults(Stored source, Stored destination) {
        return Faults.linear(source.type().shape(), destination.type().shape().extent(1));
    }

    /**
     * Flattened images are read as they lie, where a reshape left the rows alone: oneDNN asks for as many rows of the
     * source as of the result, and knows up to 5 dimensions. Anything else is read row-major.
     */
    static Stored read(Operand x) {
        Stored stored = x.storedOrRowMajor();
        Shape shape = stored.type().shape();
        boolean hasRows = shape.rank() >= 2 && shape.rank() <= MOST_DIMENSIONS
                && shape.extent(0) == x.type().shape().extent(0);
        return hasRows ? stored : Stored.rowMajor(x.type());
    }

    /** The type of a weight {@code (O, features...)} under the shape in which the images that it multiplies lie. */
    static TensorType seen(TensorType weight, Stored source) {
        return weight.withShape(source.type().shape().with(0, weight.shape().extent(0)));
    }
}
