package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.IntegerEpilogue;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Faults;
import dev.gatun.onednn.primitive.Geometry;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.Convolution;
import dev.gatun.op.QuantizedConvolution;
import dev.gatun.op.QuantizedLinear;
import dev.gatun.op.function.IntegerLayer;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions and linear layers on integers of 8 bits, channels last. Weights lie as oneDNN wants them, with the sums
 * behind them that make up for a source with a sign or with a zero point.
 *
 * <p>On processors with VNNI only. Where there is AVX2 or AVX-512 alone, oneDNN adds two products of u8 and s8 in 16
 * bits, which saturates beyond 32767, where 255 * 127 + 255 * 127 = 64770; the device refuses, and a graph of fake
 * quantizations runs in f32 instead, exactly, and faster than oneDNN's integers would.
 */
final class IntegerLayerPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    IntegerLayerPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    KernelPlan convolution(Problem problem, QuantizedConvolution op) {
        IntegerLayer.Inputs<Operand> in = op.layer().named(problem.inputs());
        Convolution geometry = op.convolution();
        TensorType x = in.source().type();
        TensorType w = in.weight().type();
        Faults.checkImages(x.shape());
        TensorType weights = ConvolutionPlans.grouped(w, geometry.groups());
        TensorType y = problem.outputs().getFirst();
        Stored source = last(x);
        Stored destination = last(y);
        IntegerEpilogue epilogue =
                new IntegerEpilogue(lowering, op.layer(), in, y, geometry.groups() == 1 ? 1 : 3);
        PrimitiveDescriptor descriptor;
        try (Arena scratch = Arena.ofConfined()) {
            Geometry moves = Geometry.of(scratch, geometry.axes());
            descriptor = PrimitiveDescriptor.create(lowering.owner(), "dnnl_convolution_forward_primitive_desc_create",
                    problem.name() + " " + x + " * " + w, problem.rank(),
                    Faults.convolution(x.shape(), w.shape(), y.shape(), geometry),
                    out -> onednn_h.dnnl_convolution_forward_primitive_desc_create(out, lowering.engine().handle(),
                            onednn_h.dnnl_forward_inference(), onednn_h.dnnl_convolution_direct(),
                            descriptors.of(source), descriptors.any(weights), epilogue.bias(),
                            descriptors.of(destination), moves.strides(), moves.dilates(), moves.before(),
                            moves.after(), epilogue.attributes()));
        }
        return plan(op.layer(), in, epilogue, descriptor, source,
                descriptor.stored(descriptors, weights, onednn_h.DNNL_ARG_WEIGHTS()), destination);
    }

    KernelPlan linear(Problem problem, QuantizedLinear op) {
        IntegerLayer.Inputs<Operand> in = op.layer().named(problem.inputs());
        if (op.layer().sourceZeroPoint()) {
            return product(problem, op, in); // inner products have none
        }
        try {
            return innerProduct(problem, op, in);
        } catch (PrimitiveDescriptor.UnimplementedException _) { // or only one with a fault
            return product(problem, op, in);
        }
    }

    private KernelPlan innerProduct(Problem problem, QuantizedLinear op, IntegerLayer.Inputs<Operand> in) {
        Stored source = LinearPlans.read(in.source());
        TensorType weights = LinearPlans.seen(in.weight().type(), source);
        Stored destination = Stored.rowMajor(problem.outputs().getFirst());
        Faults.checkFeatures(source.type().shape());
        IntegerEpilogue epilogue =
                new IntegerEpilogue(lowering, op.layer(), in, problem.outputs().getFirst(), 1);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_inner_product_forward_primitive_desc_create",
                problem.name() + " " + source.type() + " * " + weights, problem.rank(),
                LinearPlans.faults(source, destination).or(PrimitiveDescriptor::isPlainLoop),
                out -> onednn_h.dnnl_inner_product_forward_primitive_desc_create(out, lowering.engine().handle(),
                        onednn_h.dnnl_forward_inference(), descriptors.of(source), descriptors.any(weights),
                        epilogue.bias(), descriptors.of(destination), epilogue.attributes()));
        return plan(op.layer(), in, epilogue, descriptor, source,
                descriptor.stored(descriptors, weights, onednn_h.DNNL_ARG_WEIGHTS()), destination);
    }

    /** As a product of row-major matrices, the second transposed. */
    private KernelPlan product(Problem problem, QuantizedLinear op, IntegerLayer.Inputs<Operand> in) {
        TensorType y = problem.outputs().getFirst();
        long rows = y.shape().extent(0);
        long outputs = y.shape().extent(1);
        TensorType w = in.weight().type();
        long features = w.shape().elements() / outputs;
        Faults.checkCountable("the extents of a matrix", features);
        Stored source = Stored.rowMajor(in.source().type().withShape(Shape.of(rows, features)));
        Stored weights = Stored.rowMajor(w.withShape(Shape.of(outputs, features)));
        IntegerEpilogue epilogue = new IntegerEpilogue(lowering, op.layer(), in, y, 2);
        MemorySegment transposed = descriptors.strides(
                w.dtype(), new long[] {features, outputs}, new long[] {1, features}, w + " transposed");
        MemorySegment bias = epilogue.bias().equals(MemorySegment.NULL) ? MemorySegment.NULL
                : descriptors.of(new TensorType(DType.F32, Shape.of(1, outputs)),
                        Layout.rowMajor(Shape.of(1, outputs)));
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_matmul_primitive_desc_create", problem.name() + " " + source.type() + " * " + w,
                out -> onednn_h.dnnl_matmul_primitive_desc_create(out, lowering.engine().handle(),
                        descriptors.of(source), transposed, bias, descriptors.of(Stored.rowMajor(y)),
                        epilogue.attributes()));
        return plan(op.layer(), in, epilogue, descriptor, source, weights, Stored.rowMajor(y));
    }

    private KernelPlan plan(IntegerLayer layer, IntegerLayer.Inputs<Operand> in, IntegerEpilogue epilogue,
            PrimitiveDescriptor descriptor, Stored source, Stored weights, Stored destination) {
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor);
        List<Operand> operands = new ArrayList<>(in.inOrder());
        for (int i = 0; i < operands.size(); i++) {
            Operand operand = operands.get(i);
            if (i == 0) {
                plan.input(onednn_h.DNNL_ARG_SRC(), source);
            } else if (i == layer.weightIndex()) {
                plan.input(onednn_h.DNNL_ARG_WEIGHTS(), weights);
            } else if (in.addend() != null && i == layer.addendIndex()) {
                plan.unusedInput(Stored.of(operand.type(), destination.layout())).inPlace(i);
            } else {
                plan.unusedInput(Stored.rowMajor(operand.type()));
            }
        }
        plan.output(onednn_h.DNNL_ARG_DST(), destination);
        epilogue.addTo(plan);
        return plan.build();
    }

    private static Stored last(TensorType type) {
        return Stored.of(type, Layout.channelsLast(type.shape()));
    }
}
