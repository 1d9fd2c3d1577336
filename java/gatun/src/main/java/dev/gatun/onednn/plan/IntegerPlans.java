package dev.gatun.onednn.plan;

import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.onednn.primitive.IntegerKernels;
import dev.gatun.op.Dequantize;
import dev.gatun.op.Quantize;
import dev.gatun.op.QuantizedSum;
import dev.gatun.op.function.IntegerLayer;
import dev.gatun.op.function.IntegerRange;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** What changes between real numbers and integers of 8 bits, element by element, by Gatun's own kernels. */
public final class IntegerPlans {
    private IntegerPlans() {}

    public static KernelPlan quantize(Problem problem, Quantize op) {
        TensorType q = problem.outputs().getFirst();
        Stored source = read(problem.inputs().getFirst(), op.axis());
        List<Stored> inputs = inputs(problem, List.of(source));
        IntegerRange range = op.range();
        IntegerKernels.Channels channels = channels(q, op.axis());
        return new CallPlan("gatun:quantize", inputs, List.of(Stored.of(q, source.layout())), binding -> {
            MemorySegment x = binding.inputs().get(0);
            MemorySegment scale = binding.inputs().get(1);
            MemorySegment zeroPoint = inputs.size() > 2 ? binding.inputs().get(2) : MemorySegment.NULL;
            MemorySegment y = binding.outputs().getFirst();
            return () -> IntegerKernels.quantize(channels, x, scale, zeroPoint, range.low(), range.high(), y);
        });
    }

    public static KernelPlan dequantize(Problem problem, Dequantize op) {
        TensorType y = problem.outputs().getFirst();
        Stored source = read(problem.inputs().getFirst(), op.axis());
        List<Stored> inputs = inputs(problem, List.of(source));
        boolean signed = source.type().dtype() == DType.I8;
        IntegerKernels.Channels channels = channels(y, op.axis());
        return new CallPlan("gatun:dequantize", inputs, List.of(Stored.of(y, source.layout())), binding -> {
            MemorySegment q = binding.inputs().get(0);
            MemorySegment scale = binding.inputs().get(1);
            MemorySegment zeroPoint = inputs.size() > 2 ? binding.inputs().get(2) : MemorySegment.NULL;
            MemorySegment real = binding.outputs().getFirst();
            return () -> IntegerKernels.dequantize(channels, signed, q, scale, zeroPoint, real);
        });
    }

    public static KernelPlan sum(Problem problem, QuantizedSum op) {
        TensorType y = problem.outputs().getFirst();
        Layout layout = read(problem.inputs().getFirst(), Quantize.PER_TENSOR).layout();
        List<Stored> inputs = new ArrayList<>();
        for (Operand operand : problem.inputs()) {
            inputs.add(operand.type().shape().equals(y.shape()) && operand.type().dtype() != DType.F32
                    ? Stored.of(operand.type(), layout) : Stored.rowMajor(operand.type()));
        }
        return new CallPlan("gatun:quantized_sum", inputs, List.of(Stored.of(y, layout)), 0,
                binding -> sum(op, y.shape().elements(), inputs, binding.inputs(), binding.outputs().getFirst()));
    }

    private static Kernel sum(QuantizedSum op, long elements, List<Stored> types, List<MemorySegment> in,
            MemorySegment y) {
        List<IntegerKernels.Term> terms = new ArrayList<>();
        int at = 0;
        for (IntegerLayer.Addend term : op.terms()) {
            terms.add(new IntegerKernels.Term(types.get(at).type().dtype() == DType.I8, in.get(at), in.get(at + 1),
                    term == IntegerLayer.Addend.AFFINE ? in.get(at + 2) : MemorySegment.NULL));
            at += QuantizedSum.inputs(term);
        }
        IntegerLayer.Result result = op.result();
        MemorySegment scale = in.get(at);
        MemorySegment zeroPoint = result.zeroPoint() ? in.get(at + 1) : MemorySegment.NULL;
        IntegerKernels.Term first = terms.getFirst();
        IntegerKernels.Term second = terms.size() > 1 ? terms.get(1) : IntegerKernels.Term.NONE;
        return () -> IntegerKernels.sum(elements, first, second, op.relu(), scale, zeroPoint, result.range().low(),
                result.range().high(), y);
    }

    private static List<Stored> inputs(Problem problem, List<Stored> first) {
        List<Stored> inputs = new ArrayList<>(first);
        problem.inputs().subList(first.size(), problem.inputs().size())
                .forEach(operand -> inputs.add(Stored.rowMajor(operand.type())));
        return inputs;
    }

    /** A tensor as it lies, if no elements of others lie between its own and, by channels, if it is row-major. */
    private static Stored read(Operand operand, int axis) {
        Layout layout = operand.layout();
        return layout != null && axis == Quantize.PER_TENSOR && !layout.hasBlocks()
                && layout.physicalElements() == operand.type().shape().elements()
                ? Stored.of(operand.type(), layout) : Stored.rowMajor(operand.type());
    }

    private static IntegerKernels.Channels channels(TensorType type, int axis) {
        long elements = type.shape().elements();
        if (axis == Quantize.PER_TENSOR) {
            return new IntegerKernels.Channels(1, 1, elements);
        }
        long outer = 1;
        for (int i = 0; i < axis; i++) {
            outer *= type.shape().extent(i);
        }
        long channels = type.shape().extent(axis);
        return new IntegerKernels.Channels(outer, channels, outer * channels == 0 ? 0 : elements / outer / channels);
    }
}
