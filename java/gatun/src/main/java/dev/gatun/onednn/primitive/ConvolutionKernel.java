package dev.gatun.onednn.primitive;

import dev.gatun.bindings.gatun.gatun_convolution;
import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.op.Convolution;
import dev.gatun.op.Slide;
import dev.gatun.shape.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;

/**
 * One of Gatun's own convolutions, with checked calls; shapes as in {@code gatun.h}.
 *
 * @param shape     the {@code gatun_convolution}
 * @param algorithm a {@code gatun_convolution_algorithm}
 * @param elements  of the result of the forward pass, for messages
 */
public record ConvolutionKernel(MemorySegment shape, int algorithm, long elements) {
    /** The kernel of a two-dimensional convolution without groups and dilation. */
    public static ConvolutionKernel of(Arena arena, int algorithm, Convolution op, Shape x, Shape weight, Shape y) {
        MemorySegment shape = gatun_convolution.allocate(arena);
        gatun_convolution.batch(shape, x.extent(0));
        gatun_convolution.in_channels(shape, x.extent(1));
        gatun_convolution.height(shape, x.extent(2));
        gatun_convolution.width(shape, x.extent(3));
        gatun_convolution.out_channels(shape, weight.extent(0));
        gatun_convolution.kernel_height(shape, weight.extent(2));
        gatun_convolution.kernel_width(shape, weight.extent(3));
        Slide height = op.axes().get(0);
        Slide width = op.axes().get(1);
        gatun_convolution.stride_height(shape, height.stride());
        gatun_convolution.stride_width(shape, width.stride());
        gatun_convolution.padding_top(shape, height.before());
        gatun_convolution.padding_bottom(shape, height.after());
        gatun_convolution.padding_left(shape, width.before());
        gatun_convolution.padding_right(shape, width.after());
        return new ConvolutionKernel(shape, algorithm, y.elements());
    }

    /** What a pass, a {@code gatun_convolution_pass}, needs as scratch; empty where there is no such kernel. */
    public OptionalLong scratchBytes(int pass) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(ValueLayout.JAVA_LONG);
            int status = gatun_h.gatun_convolution_workspace(shape, algorithm, pass, bytes);
            if (status == gatun_h.GATUN_UNSUPPORTED()) {
                return OptionalLong.empty();
            }
            Kernels.check(status, "gatun_convolution_workspace", elements);
            return OptionalLong.of(bytes.get(ValueLayout.JAVA_LONG, 0));
        }
    }

    public void forward(
            MemorySegment src, MemorySegment weights, MemorySegment bias, int relu, MemorySegment dst,
            MemorySegment scratch) {
        Kernels.check(gatun_h.gatun_convolution_forward(
                shape, algorithm, src, weights, bias, relu, dst, scratch, scratch.byteSize()),
                "gatun_convolution_forward", elements);
    }

    public void backwardData(MemorySegment diffDst, MemorySegment weights, MemorySegment diffSrc,
            MemorySegment scratch) {
        Kernels.check(gatun_h.gatun_convolution_backward_data(
                shape, algorithm, diffDst, weights, diffSrc, scratch, scratch.byteSize()),
                "gatun_convolution_backward_data", elements);
    }

    public void backwardWeights(
            MemorySegment src, MemorySegment diffDst, MemorySegment diffWeights, MemorySegment diffBias,
            MemorySegment scratch) {
        Kernels.check(gatun_h.gatun_convolution_backward_weights(
                shape, algorithm, src, diffDst, diffWeights, diffBias, scratch, scratch.byteSize()),
                "gatun_convolution_backward_weights", elements);
    }
}
