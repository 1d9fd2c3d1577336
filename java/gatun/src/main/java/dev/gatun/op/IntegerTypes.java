package dev.gatun.op;

import dev.gatun.op.function.IntegerLayer;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks that the operations on integers of 8 bits share. */
final class IntegerTypes {
    private IntegerTypes() {}

    static void checkAxis(String name, int axis) {
        if (axis < Quantize.PER_TENSOR) {
            throw new IllegalArgumentException(name + ": axis is counted from 0, or " + Quantize.PER_TENSOR
                    + " for one scale of the whole tensor, got " + axis);
        }
    }

    static boolean isInteger(TensorType type) {
        return type.dtype() == DType.I8 || type.dtype() == DType.U8;
    }

    static void integers(Op op, String what, TensorType type) {
        if (!isInteger(type)) {
            throw new IllegalArgumentException(op.name() + ": " + what + " must be i8 or u8, got " + type);
        }
    }

    static void real(Op op, String what, TensorType type) {
        if (type.dtype() != DType.F32) {
            throw new IllegalArgumentException(op.name() + ": " + what + " must be f32, got " + type);
        }
    }

    /** The types of a scale and, where there is one, of a zero point. */
    static void parameters(Op op, Shape shape, int axis, List<TensorType> types) {
        if (axis != Quantize.PER_TENSOR) {
            Shapes.axis(op, axis, shape);
        }
        TensorType wanted = new TensorType(DType.F32, axis == Quantize.PER_TENSOR ? Shape.of()
                : Shape.of(shape.extent(axis)));
        for (int i = 0; i < types.size(); i++) {
            Shapes.same(op, i == 0 ? "scale" : "zero point", types.get(i), wanted);
        }
    }

    /** The result of a layer on integers whose form in f32 is {@code real}. */
    static List<TensorType> layer(Op op, IntegerLayer layer, Op real, List<TensorType> inputs) {
        Shapes.arity(op, inputs, layer.arity(), layer.arity());
        IntegerLayer.Inputs<TensorType> in = layer.named(inputs);
        integers(op, "source", in.source());
        if (in.weight().dtype() != DType.I8) {
            throw new IllegalArgumentException(op.name() + ": weight must be i8, got " + in.weight());
        }
        TensorType sum = sum(layer, real, inputs);
        perTensor(op, in.sourceScale(), in.sourceZeroPoint());
        parameters(op, in.weight().shape(), in.weightScale().shape().rank() == 0 ? Quantize.PER_TENSOR : 0,
                List.of(in.weightScale()));
        if (in.addend() != null) {
            integers(op, "addend", in.addend());
            Shapes.same(op, "addend", in.addend(), sum.withDtype(in.addend().dtype()));
            perTensor(op, in.addendScale(), in.addendZeroPoint());
        }
        perTensor(op, in.scale(), in.zeroPoint());
        return List.of(layer.result() == null ? sum : sum.withDtype(layer.result().range().dtype()));
    }

    private static void perTensor(Op op, @Nullable TensorType scale, @Nullable TensorType zeroPoint) {
        List<TensorType> types = new ArrayList<>();
        if (scale != null) {
            types.add(scale);
        }
        if (zeroPoint != null) {
            types.add(zeroPoint);
        }
        parameters(op, Shape.of(), Quantize.PER_TENSOR, types);
    }

    /** What the form in f32 makes of the shapes; its own checks are these operations' too. */
    private static TensorType sum(IntegerLayer layer, Op real, List<TensorType> inputs) {
        return real.infer(real(layer, inputs)).getFirst();
    }

    private static List<TensorType> real(IntegerLayer layer, List<TensorType> inputs) {
        IntegerLayer.Inputs<TensorType> in = layer.named(inputs);
        List<TensorType> types = new ArrayList<>(
                List.of(in.source().withDtype(DType.F32), in.weight().withDtype(DType.F32)));
        if (in.bias() != null) {
            types.add(in.bias());
        }
        return types;
    }

    static long flops(IntegerLayer layer, Op real, List<TensorType> inputs) {
        return real.flops(real(layer, inputs));
    }
}
