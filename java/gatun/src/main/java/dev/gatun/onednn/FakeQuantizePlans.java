package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.primitive.FakeQuantizeKernel;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.FakeQuantizeBackward;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Rounding to integers of few bits, and its gradient: over memory as it lies, in any layout without blocks, in which
 * the channels repeat after a fixed number of elements.
 */
final class FakeQuantizePlans {
    private FakeQuantizePlans() {}

    static KernelPlan forward(Problem problem, FakeQuantize op) {
        Stored x = stored(problem.inputs().getFirst());
        FakeQuantizeKernel kernel = kernel(op, x);
        return new CallPlan("gatun:fake_quantize", inputs(problem, 1, x), List.of(x), 0, binding -> {
            List<MemorySegment> in = binding.inputs();
            MemorySegment zeroPoint = in.size() > 2 ? in.get(2) : MemorySegment.NULL;
            MemorySegment y = binding.outputs().getFirst();
            return () -> kernel.forward(in.get(0), in.get(1), zeroPoint, y);
        });
    }

    /** The gradient lies as its forward pass did. */
    static KernelPlan backward(Problem problem, FakeQuantizeBackward op) {
        Stored x = problem.forward() != null ? problem.forward().outputs().getFirst()
                : stored(problem.inputs().get(1));
        FakeQuantizeKernel kernel = kernel(op.forward(), x);
        double factor = op.scaleFactor(x.type().shape());
        List<Stored> outputs = new ArrayList<>(List.of(x));
        problem.outputs().stream().skip(1).map(Stored::rowMajor).forEach(outputs::add);
        return new CallPlan("gatun:fake_quantize_backward", inputs(problem, 2, x), outputs, 0, binding -> {
            List<MemorySegment> in = binding.inputs();
            List<MemorySegment> out = binding.outputs();
            FakeQuantizeKernel.Backward bound = new FakeQuantizeKernel.Backward(in.get(0), in.get(1), in.get(2),
                    in.size() > 3 ? in.get(3) : MemorySegment.NULL, out.get(0),
                    out.size() > 1 ? out.get(1) : MemorySegment.NULL);
            return () -> kernel.backward(bound, factor);
        });
    }

    /** The first inputs lie like the tensor that is rounded, the scales one after the other. */
    private static List<Stored> inputs(Problem problem, int alike, Stored x) {
        List<Stored> inputs = new ArrayList<>();
        for (Operand input : problem.inputs()) {
            inputs.add(inputs.size() < alike ? x : Stored.rowMajor(input.type()));
        }
        return inputs;
    }

    private static Stored stored(Operand x) {
        Shape shape = x.type().shape();
        Layout layout = x.layout();
        if (layout == null) {
            return Stored.rowMajor(x.type());
        }
        boolean dense = !layout.hasBlocks() && layout.physicalElements() == shape.elements();
        return Stored.of(x.type(), dense ? layout : Layout.channelsLast(shape));
    }

    private static FakeQuantizeKernel kernel(FakeQuantize op, Stored x) {
        long elements = x.type().shape().elements();
        if (!op.isPerChannel()) {
            return new FakeQuantizeKernel(1, 1, elements, op.low(), op.high());
        }
        long channels = x.type().shape().extent(op.axis());
        long inner = channels > 1 ? x.layout().strides()[op.axis()] : elements;
        long outer = elements == 0 ? 0 : elements / (channels * inner);
        return new FakeQuantizeKernel(outer, channels, inner, op.low(), op.high());
    }
}
