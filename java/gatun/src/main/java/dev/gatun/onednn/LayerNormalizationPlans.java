package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.Faults;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.onednn.primitive.RowKernel;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.RmsNormalization;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Layer and RMS normalisation over row-major rows, in kernels of ours: oneDNN sums the gradients of scale and shift in
 * f32 over all rows. Its forward pass of layer normalisation, whose sums are those of one row, is another candidate.
 */
final class LayerNormalizationPlans {
    private static final String OWN = "gatun:layer_normalization";
    private static final String OWN_RMS = "gatun:rms_normalization";

    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    LayerNormalizationPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    private static RowKernel kernel(Problem problem, LayerNormalization op) {
        TensorType x = problem.inputs().getFirst().type();
        return new RowKernel(op.rows(x.shape()).elements(), op.features(x.shape()).elements());
    }

    private static boolean isAffine(LayerNormalization op) {
        return switch (op.scaling()) {
            case SCALE_AND_SHIFT -> true;
            case NONE -> false;
        };
    }

    KernelPlan forward(Problem problem, LayerNormalization op) {
        return problem.rank() == 0 ? own(problem, op) : primitive(problem, op);
    }

    /** oneDNN's implementations come behind ours. */
    private KernelPlan primitive(Problem problem, LayerNormalization op) {
        TensorType x = problem.inputs().getFirst().type();
        Shape matrix = Shape.of(op.rows(x.shape()).elements(), op.features(x.shape()).elements());
        Shape column = Shape.of(matrix.extent(0));
        MemorySegment data = descriptors.of(x.withShape(matrix), Layout.rowMajor(matrix));
        MemorySegment statistics = descriptors.of(x.withShape(column), Layout.rowMajor(column));
        int flags = isAffine(op)
                ? onednn_h.dnnl_use_scale() | onednn_h.dnnl_use_shift() : onednn_h.dnnl_normalization_flags_none();
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_layer_normalization_forward_primitive_desc_create", problem.name() + " " + x,
                problem.rank() - 1, Faults.none(),
                out -> onednn_h.dnnl_layer_normalization_forward_primitive_desc_create(out, lowering.engine().handle(),
                        onednn_h.dnnl_forward_training(), data, data, statistics, (float) op.epsilon(), flags,
                        lowering.engine().attributes().plain())))
                .input(onednn_h.DNNL_ARG_SRC(), Stored.rowMajor(x));
        if (isAffine(op)) {
            plan.input(onednn_h.DNNL_ARG_SCALE(), Stored.rowMajor(problem.inputs().get(1).type()))
                    .input(onednn_h.DNNL_ARG_SHIFT(), Stored.rowMajor(problem.inputs().get(2).type()));
        }
        return plan.output(onednn_h.DNNL_ARG_DST(), Stored.rowMajor(problem.outputs().get(0)))
                .output(onednn_h.DNNL_ARG_MEAN(), Stored.rowMajor(problem.outputs().get(1)))
                .output(onednn_h.DNNL_ARG_VARIANCE(), Stored.rowMajor(problem.outputs().get(2)))
                .build();
    }

    private static KernelPlan own(Problem problem, LayerNormalization op) {
        RowKernel kernel = kernel(problem, op);
        boolean affine = isAffine(op);
        List<Stored> outputs = problem.outputs().stream().map(Stored::rowMajor).toList();
        return new CallPlan(OWN, problem.rowMajorInputs(), outputs, 0, kernel.scratchBytes(), binding -> {
            List<MemorySegment> in = binding.inputs();
            List<MemorySegment> out = binding.outputs();
            RowKernel.Forward bound = new RowKernel.Forward(in.get(0), affine ? in.get(1) : MemorySegment.NULL,
                    affine ? in.get(2) : MemorySegment.NULL, out.get(0), out.get(1), out.get(2), binding.scratch());
            return () -> kernel.forward(bound, op.epsilon());
        });
    }

    private static RowKernel kernel(Problem problem, RmsNormalization op) {
        Shape x = problem.inputs().getFirst().type().shape();
        return new RowKernel(op.rows(x).elements(), x.extent(-1));
    }

    private static boolean isScaled(RmsNormalization op) {
        return switch (op.scaling()) {
            case SCALE -> true;
            case NONE -> false;
        };
    }

    static KernelPlan rms(Problem problem, RmsNormalization op) {
        RowKernel kernel = kernel(problem, op);
        boolean scaled = isScaled(op);
        List<Stored> outputs = problem.outputs().stream().map(Stored::rowMajor).toList();
        return new CallPlan(OWN_RMS, problem.rowMajorInputs(), outputs, 0, kernel.scratchBytes(), binding -> {
            List<MemorySegment> in = binding.inputs();
            RowKernel.Forward bound = new RowKernel.Forward(in.get(0), scaled ? in.get(1) : MemorySegment.NULL,
                    MemorySegment.NULL, binding.outputs().get(0), MemorySegment.NULL, binding.outputs().get(1),
                    binding.scratch());
            return () -> kernel.forward(bound, op.epsilon());
        });
    }

    static KernelPlan rmsBackward(Problem problem, RmsNormalization op) {
        RowKernel kernel = kernel(problem, op);
        boolean scaled = isScaled(op);
        List<Stored> outputs = problem.outputs().stream().map(Stored::rowMajor).toList();
        return new CallPlan(OWN_RMS, problem.rowMajorInputs(), outputs, 1, kernel.scratchBytes(), binding -> {
            List<MemorySegment> in = binding.inputs();
            List<MemorySegment> out = binding.outputs();
            RowKernel.Backward bound = new RowKernel.Backward(in.get(0), in.get(1),
                    scaled ? in.get(3) : MemorySegment.NULL, MemorySegment.NULL, in.get(2), out.get(0),
                    scaled ? out.get(1) : MemorySegment.NULL, MemorySegment.NULL, binding.scratch());
            return () -> kernel.backward(bound, op.epsilon());
        });
    }

    static KernelPlan backward(Problem problem, LayerNormalization op) {
        RowKernel kernel = kernel(problem, op);
        boolean affine = isAffine(op);
        List<Stored> outputs = problem.outputs().stream().map(Stored::rowMajor).toList();
        return new CallPlan(OWN, problem.rowMajorInputs(), outputs, 1, kernel.scratchBytes(), binding -> {
            List<MemorySegment> in = binding.inputs();
            List<MemorySegment> out = binding.outputs();
            RowKernel.Backward bound = new RowKernel.Backward(in.get(0), in.get(1),
                    affine ? in.get(4) : MemorySegment.NULL, in.get(2), in.get(3), out.get(0),
                    affine ? out.get(1) : MemorySegment.NULL, affine ? out.get(2) : MemorySegment.NULL,
                    binding.scratch());
            return () -> kernel.backward(bound, op.epsilon());
        });
    }
}
