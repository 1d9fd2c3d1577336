package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.LayerNormalization;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;

/** oneDNN's layer normalisation over row-major rows. */
final class LayerNormalizationPlans {
    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    LayerNormalizationPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    /** The memory of a problem as oneDNN sees it: a matrix of rows, and a number for each. */
    private record Rows(MemorySegment data, MemorySegment statistics) {}

    private Rows rows(TensorType x, LayerNormalization op) {
        Shape matrix = Shape.of(op.rows(x.shape()).elements(), op.features(x.shape()).elements());
        Shape column = Shape.of(matrix.extent(0));
        return new Rows(descriptors.of(x.withShape(matrix), Layout.rowMajor(matrix)),
                descriptors.of(x.withShape(column), Layout.rowMajor(column)));
    }

    KernelPlan forward(Problem problem, LayerNormalization op) {
        TensorType x = problem.inputs().getFirst().type();
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, primitive(problem, op, x))
                .input(onednn_h.DNNL_ARG_SRC(), Stored.rowMajor(x));
        switch (op.scaling()) {
            case SCALE_AND_SHIFT -> plan
                    .input(onednn_h.DNNL_ARG_SCALE(), Stored.rowMajor(problem.inputs().get(1).type()))
                    .input(onednn_h.DNNL_ARG_SHIFT(), Stored.rowMajor(problem.inputs().get(2).type()));
            case NONE -> { }
        }
        return plan.output(onednn_h.DNNL_ARG_DST(), Stored.rowMajor(problem.outputs().get(0)))
                .output(onednn_h.DNNL_ARG_MEAN(), Stored.rowMajor(problem.outputs().get(1)))
                .output(onednn_h.DNNL_ARG_VARIANCE(), Stored.rowMajor(problem.outputs().get(2)))
                .build();
    }

    private PrimitiveDescriptor primitive(Problem problem, LayerNormalization op, TensorType x) {
        Rows rows = rows(x, op);
        return PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_layer_normalization_forward_primitive_desc_create", problem.name() + " " + x,
                out -> onednn_h.dnnl_layer_normalization_forward_primitive_desc_create(out, lowering.engine().handle(),
                        onednn_h.dnnl_forward_training(), rows.data, rows.data, rows.statistics, (float) op.epsilon(),
                        flags(op), lowering.engine().attributes().plain()));
    }

    KernelPlan backward(Problem problem, LayerNormalization op) {
        TensorType x = problem.inputs().getFirst().type();
        Rows rows = rows(x, op);
        PrimitiveDescriptor hint = primitive(problem, op, x);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_layer_normalization_backward_primitive_desc_create", problem.name() + " " + x,
                out -> onednn_h.dnnl_layer_normalization_backward_primitive_desc_create(out,
                        lowering.engine().handle(), onednn_h.dnnl_backward(), rows.data, rows.data, rows.data,
                        rows.statistics, (float) op.epsilon(), flags(op), hint.handle(),
                        lowering.engine().attributes().plain()));
        PrimitivePlan.Builder plan = new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_SRC(), Stored.rowMajor(x))
                .input(onednn_h.DNNL_ARG_DIFF_DST(), Stored.rowMajor(x))
                .input(onednn_h.DNNL_ARG_MEAN(), Stored.rowMajor(problem.inputs().get(2).type()))
                .input(onednn_h.DNNL_ARG_VARIANCE(), Stored.rowMajor(problem.inputs().get(3).type()));
        return switch (op.scaling()) {
            case SCALE_AND_SHIFT -> plan
                    .input(onednn_h.DNNL_ARG_SCALE(), Stored.rowMajor(problem.inputs().get(4).type()))
                    .output(onednn_h.DNNL_ARG_DIFF_SRC(), Stored.rowMajor(x))
                    .output(onednn_h.DNNL_ARG_DIFF_SCALE(), Stored.rowMajor(problem.outputs().get(1)))
                    .output(onednn_h.DNNL_ARG_DIFF_SHIFT(), Stored.rowMajor(problem.outputs().get(2)))
                    .build();
            case NONE -> plan.output(onednn_h.DNNL_ARG_DIFF_SRC(), Stored.rowMajor(x)).build();
        };
    }

    private static int flags(LayerNormalization op) {
        return switch (op.scaling()) {
            case SCALE_AND_SHIFT -> onednn_h.dnnl_use_scale() | onednn_h.dnnl_use_shift();
            case NONE -> onednn_h.dnnl_normalization_flags_none();
        };
    }
}
