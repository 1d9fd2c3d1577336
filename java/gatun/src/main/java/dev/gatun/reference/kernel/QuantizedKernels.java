package dev.gatun.reference.kernel;

import dev.gatun.backend.Kernel;
import dev.gatun.op.Dequantize;
import dev.gatun.op.Quantize;
import dev.gatun.op.QuantizedConvolution;
import dev.gatun.op.QuantizedLinear;
import dev.gatun.op.QuantizedSum;
import dev.gatun.op.function.IntegerLayer;
import dev.gatun.op.function.IntegerRange;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arithmetic on integers of 8 bits: sums of products are exact, and scaled in double precision. */
final class QuantizedKernels {
    private QuantizedKernels() {}

    static Kernel quantize(Quantize op, List<Tensor> in, Tensor q) {
        Tensor x = in.getFirst();
        Tensor scale = in.get(1);
        Tensor zeroPoint = in.size() > 2 ? in.get(2) : null;
        Channels channels = Channels.of(x.shape(), op.axis());
        return () -> {
            for (long i = 0; i < x.elements(); i++) {
                long c = channels.of(i);
                q.setLong(i, rounded(x.get(i) / scale.get(c), at(zeroPoint, c), op.range()));
            }
        };
    }

    static Kernel dequantize(Dequantize op, List<Tensor> in, Tensor y) {
        Tensor q = in.getFirst();
        Tensor scale = in.get(1);
        Tensor zeroPoint = in.size() > 2 ? in.get(2) : null;
        Channels channels = Channels.of(q.shape(), op.axis());
        return () -> {
            for (long i = 0; i < q.elements(); i++) {
                long c = channels.of(i);
                y.set(i, scale.get(c) * (q.getLong(i) - at(zeroPoint, c)));
            }
        };
    }

    static Kernel sum(QuantizedSum op, List<Tensor> in, Tensor y) {
        IntegerLayer.Result result = op.result();
        int first = op.firstOfResult();
        return () -> {
            for (long i = 0; i < y.elements(); i++) {
                double sum = 0;
                int at = 0;
                for (IntegerLayer.Addend term : op.terms()) {
                    Tensor zeroPoint = term == IntegerLayer.Addend.AFFINE ? in.get(at + 2) : null;
                    sum += in.get(at + 1).get(0) * (in.get(at).getLong(i) - at(zeroPoint, 0));
                    at += QuantizedSum.inputs(term);
                }
                double value = op.relu() ? Math.max(sum, 0) : sum;
                y.setLong(i, rounded(value / in.get(first).get(0),
                        result.zeroPoint() ? in.get(first + 1).get(0) : 0, result.range()));
            }
        };
    }

    static Kernel convolution(QuantizedConvolution op, List<Tensor> in, Tensor y) {
        IntegerLayer.Inputs<Tensor> inputs = op.layer().named(in);
        Tensor x = doubles(inputs.source().shape());
        Tensor weight = doubles(inputs.weight().shape());
        Tensor sums = doubles(y.shape());
        return layer(op.layer(), inputs, y, x, weight, sums,
                ConvolutionKernels.forward(op.convolution(), x, weight, null, sums));
    }

    static Kernel linear(QuantizedLinear op, List<Tensor> in, Tensor y) {
        IntegerLayer.Inputs<Tensor> inputs = op.layer().named(in);
        Tensor x = doubles(inputs.source().shape());
        Tensor weight = doubles(inputs.weight().shape());
        Tensor sums = doubles(y.shape());
        return layer(op.layer(), inputs, y, x, weight, sums, LinearKernels.forward(x, weight, null, sums));
    }

    private static Kernel layer(IntegerLayer layer, IntegerLayer.Inputs<Tensor> in, Tensor y,
            Tensor x, Tensor weight, Tensor sums, Kernel accumulate) {
        Channels channels = Channels.of(y.shape(), 1);
        boolean perChannel = in.weightScale().shape().rank() > 0;
        return () -> {
            centred(in.source(), at(in.sourceZeroPoint(), 0), x);
            centred(in.weight(), 0, weight);
            accumulate.run();
            for (long i = 0; i < y.elements(); i++) {
                long c = channels.of(i);
                double sum = in.sourceScale().get(0) * in.weightScale().get(perChannel ? c : 0) * sums.get(i)
                        + at(in.bias(), c);
                if (in.addend() != null && in.addendScale() != null) {
                    sum += in.addendScale().get(0) * (in.addend().getLong(i) - at(in.addendZeroPoint(), 0));
                }
                double value = layer.relu() ? Math.max(sum, 0) : sum;
                if (layer.result() == null || in.scale() == null) {
                    y.set(i, value);
                } else {
                    y.setLong(i, rounded(value / in.scale().get(0), at(in.zeroPoint(), 0), layer.result().range()));
                }
            }
        };
    }

    private static void centred(Tensor q, double zeroPoint, Tensor target) {
        for (long i = 0; i < q.elements(); i++) {
            target.set(i, q.getLong(i) - zeroPoint);
        }
    }

    private static long rounded(double value, double zeroPoint, IntegerRange range) {
        return (long) Math.clamp(Math.rint(value) + zeroPoint, (double) range.low(), (double) range.high());
    }

    private static double at(@Nullable Tensor tensor, long index) {
        return tensor == null ? 0 : tensor.get(index);
    }

    private static Tensor doubles(Shape shape) {
        return new Tensor(new TensorType(DType.F64, shape),
                MemorySegment.ofArray(new double[Math.toIntExact(shape.elements())]));
    }

    /** Which index along a dimension an element of a row-major tensor has. */
    private record Channels(long count, long inner) {
        static Channels of(Shape shape, int axis) {
            if (axis == Quantize.PER_TENSOR) {
                return new Channels(1, 1);
            }
            long inner = 1;
            for (int i = axis + 1; i < shape.rank(); i++) {
                inner *= shape.extent(i);
            }
            return new Channels(shape.extent(axis), Math.max(1, inner));
        }

        long of(long element) {
            return count == 1 ? 0 : element / inner % count;
        }
    }
}
