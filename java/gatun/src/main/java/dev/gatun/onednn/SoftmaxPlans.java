package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.plan.PrimitivePlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.plan.SequencePlan;
import dev.gatun.onednn.plan.SequencePlan.Place;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.onednn.primitive.PrimitiveDescriptor;
import dev.gatun.op.Binary;
import dev.gatun.op.Op;
import dev.gatun.op.Reduce;
import dev.gatun.op.Softmax;
import dev.gatun.op.Unary;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;

/** oneDNN's softmax and its gradient, along any dimension. */
final class SoftmaxPlans {
    private static final Op MULTIPLY = new Binary(BinaryFunction.MULTIPLY);
    private static final Op SUBTRACT = new Binary(BinaryFunction.SUBTRACT);

    private final CpuLowering lowering;
    private final MemoryDescriptors descriptors;

    SoftmaxPlans(CpuLowering lowering) {
        this.lowering = lowering;
        this.descriptors = lowering.engine().descriptors();
    }

    KernelPlan forward(Problem problem, Softmax op) {
        Stored stored = stored(problem);
        return new PrimitivePlan.Builder(lowering, primitive(problem, op, descriptors.of(stored)))
                .input(onednn_h.DNNL_ARG_SRC(), stored)
                .output(onednn_h.DNNL_ARG_DST(), stored)
                .inPlace(0)
                .build();
    }

    KernelPlan backward(Problem problem, Softmax op) {
        Stored stored = stored(problem);
        MemorySegment data = descriptors.of(stored);
        PrimitiveDescriptor hint = primitive(problem, op, data);
        PrimitiveDescriptor descriptor = PrimitiveDescriptor.create(lowering.owner(),
                "dnnl_softmax_backward_primitive_desc_create", problem.detail(),
                out -> onednn_h.dnnl_softmax_backward_primitive_desc_create(out, lowering.engine().handle(),
                        algorithm(op), data, data, data, op.axis(), hint.handle(),
                        lowering.engine().attributes().plain()));
        if (PrimitiveDescriptor.isPlainLoop(descriptor.implementation())) { // twenty times slower than the parts
            return inParts(problem, op);
        }
        return new PrimitivePlan.Builder(lowering, descriptor)
                .input(onednn_h.DNNL_ARG_DST(), stored)
                .input(onednn_h.DNNL_ARG_DIFF_DST(), stored)
                .output(onednn_h.DNNL_ARG_DIFF_SRC(), stored)
                .inPlace(1)
                .build();
    }

    /** The gradient's formula, part by part over the result's memory; only sums are beside it. */
    private KernelPlan inParts(Problem problem, Softmax op) {
        TensorType type = problem.outputs().getFirst();
        Stored stored = Stored.rowMajor(type);
        Operand whole = new Operand(type, stored);
        KernelPlan sum = lowering.part(problem,
                Reduce.over(Reduction.SUM, op.axis()).withReduced(Reduce.Axes.KEPT), whole);
        Stored sums = sum.outputs().getFirst();
        Operand repeated = new Operand(type.withShape(type.shape().with(op.axis(), 1)), sums);
        KernelPlan product = lowering.part(problem, MULTIPLY, whole, whole);
        SequencePlan plan = new SequencePlan("gatun:" + problem.op().name(), List.of(stored, stored), List.of(stored));
        Place y = plan.input(0);
        Place diff = plan.input(1);
        Place result = plan.output(0);
        Place place = plan.scratch(sums.bytes());
        switch (op.kind()) {
            case SOFTMAX -> { // y * (diff - sum(y * diff))
                plan.then(product, List.of(y, diff), List.of(result));
                plan.then(sum, List.of(result), List.of(place));
                plan.then(lowering.part(problem, SUBTRACT, whole, repeated), List.of(diff, place), List.of(result));
                plan.then(product, List.of(result, y), List.of(result));
            }
            case LOG_SOFTMAX -> { // diff - exp(y) * sum(diff)
                plan.then(sum, List.of(diff), List.of(place));
                plan.then(lowering.part(problem, new Unary(UnaryFunction.EXP), whole), List.of(y), List.of(result));
                plan.then(lowering.part(problem, MULTIPLY, whole, repeated), List.of(result, place), List.of(result));
                plan.then(lowering.part(problem, SUBTRACT, whole, whole), List.of(diff, result), List.of(result));
            }
        }
        return plan;
    }

    private PrimitiveDescriptor primitive(Problem problem, Softmax op, MemorySegment data) {
        return PrimitiveDescriptor.create(lowering.owner(), "dnnl_softmax_forward_primitive_desc_create",
                problem.detail(),
                out -> onednn_h.dnnl_softmax_forward_primitive_desc_create(out, lowering.engine().handle(),
                        onednn_h.dnnl_forward_training(), algorithm(op), data, data, op.axis(),
                        lowering.engine().attributes().plain()));
    }

    private static int algorithm(Softmax op) {
        return switch (op.kind()) {
            case SOFTMAX -> onednn_h.dnnl_softmax_accurate();
            case LOG_SOFTMAX -> onednn_h.dnnl_softmax_log();
        };
    }

    /** As the first operand that has a layout without blocks lies. */
    private static Stored stored(Problem problem) {
        TensorType type = problem.outputs().getFirst();
        return problem.inputs().stream().map(Operand::stored).flatMap(Stream::ofNullable)
                .filter(stored -> !stored.layout().hasBlocks()
                        && stored.type().shape().equals(type.shape()))
                .findFirst().orElse(Stored.rowMajor(type));
    }
}
