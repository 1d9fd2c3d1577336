package dev.gatun.onednn;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.onednn.plan.CallPlan;
import dev.gatun.onednn.plan.Problem;
import dev.gatun.onednn.plan.Strided;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.op.Binary;
import dev.gatun.op.Op;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Loops;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Functions of two variables: over memory as it lies for equal shapes, in nested loops where one is repeated. */
final class BinaryPlans {
    private final CpuLowering lowering;

    BinaryPlans(CpuLowering lowering) {
        this.lowering = lowering;
    }

    KernelPlan binary(Problem problem, Binary op) {
        Shape shape = problem.outputs().getFirst().shape();
        boolean equal = problem.inputs().stream().allMatch(operand -> operand.type().shape().equals(shape));
        return equal ? equal(problem, op) : repeated(problem, op);
    }

    private KernelPlan equal(Problem problem, Binary op) {
        if (op.function() == BinaryFunction.ADD) {
            return ElementwisePlans.add(problem);
        }
        Stored stored = ElementwisePlans.stored(problem);
        long[] step = {1};
        Loops row = new Loops(List.of(stored.elements()), List.of(step, step));
        return new CallPlan("gatun:" + op.name(), List.of(stored, stored), List.of(stored), op.inPlaceInput(),
                binding -> bind(op, row, binding));
    }

    private KernelPlan repeated(Problem problem, Binary op) {
        TensorType type = problem.outputs().getFirst();
        Operand a = problem.inputs().get(0);
        Operand b = problem.inputs().get(1);
        Strided layouts = new Strided(lowering.engine().descriptors(), type.shape());
        Layout result = layouts.result(problem.inputs());
        Layout left = layouts.operand(a, result);
        Layout right = layouts.operand(b, result);
        Loops loops = Loops.over(
                type.shape(), result, List.of(a.type().shape(), b.type().shape()), List.of(left, right));
        boolean inPlace = a.type().equals(type) && left.sameLayout(type.shape(), result);
        return new CallPlan("gatun:" + op.name(), List.of(Stored.of(a.type(), left), Stored.of(b.type(), right)),
                List.of(Stored.of(type, result)), inPlace ? op.inPlaceInput() : Op.NOT_IN_PLACE,
                binding -> bind(op, loops, binding));
    }

    private Kernel bind(Binary op, Loops loops, HostBinding binding) {
        Arena arena = lowering.owner().arena();
        MemorySegment extents = arena.allocateFrom(
                ValueLayout.JAVA_LONG, loops.extents().stream().mapToLong(Long::longValue).toArray());
        MemorySegment left = arena.allocateFrom(ValueLayout.JAVA_LONG, loops.strides().get(0));
        MemorySegment right = arena.allocateFrom(ValueLayout.JAVA_LONG, loops.strides().get(1));
        MemorySegment a = binding.inputs().get(0);
        MemorySegment b = binding.inputs().get(1);
        MemorySegment dst = binding.outputs().getFirst();
        int function = code(op.function());
        int rank = loops.rank();
        return () -> Kernels.binaryForward(function, rank, extents, left, right, a, b, dst);
    }

    private static int code(BinaryFunction function) {
        return switch (function) {
            case ADD -> gatun_h.GATUN_BINARY_ADD();
            case SUBTRACT -> gatun_h.GATUN_BINARY_SUBTRACT();
            case MULTIPLY -> gatun_h.GATUN_BINARY_MULTIPLY();
            case DIVIDE -> gatun_h.GATUN_BINARY_DIVIDE();
            case MAXIMUM -> gatun_h.GATUN_BINARY_MAXIMUM();
            case MINIMUM -> gatun_h.GATUN_BINARY_MINIMUM();
            case GREATER -> gatun_h.GATUN_BINARY_GREATER();
            case GREATER_EQUAL -> gatun_h.GATUN_BINARY_GREATER_EQUAL();
        };
    }
}
