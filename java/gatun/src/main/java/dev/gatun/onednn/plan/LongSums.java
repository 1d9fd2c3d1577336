package dev.gatun.onednn.plan;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.onednn.primitive.ChannelKernel;
import dev.gatun.op.Pool;
import dev.gatun.op.function.PoolKind;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sums that oneDNN makes in f32 and that are long: ours are in double. Of terms that are alike, its gradient of a bias
 * is off by 2e-5 at 400,000 terms, and so is its mean over an image.
 */
public final class LongSums {
    /** Terms. Of fewer, oneDNN's sums err by 4e-7 at most. */
    private static final long LONG = 8192;

    private LongSums() {}

    /**
     * What computes the gradient of a bias from that of the results, as output 1 from input 1; nothing where the sum is
     * short, or the layout is none of those that are known.
     */
    public static Optional<Function<HostBinding, Kernel>> bias(Arena arena, Stored diffDst) {
        Shape shape = diffDst.type().shape();
        if (shape.elements() < LONG * shape.extent(1)) {
            return Optional.empty();
        }
        return ChannelKernel.of(arena, diffDst).map(kernel -> kernel.sumOfChannels(arena)).map(sum -> binding -> {
            MemorySegment src = binding.inputs().get(1).asSlice(0, diffDst.bytes());
            MemorySegment dst = binding.outputs().get(1);
            return () -> sum.run(src, dst);
        });
    }

    /** What computes a mean over whole images; nothing where it is another pooling, or as above. */
    public static Optional<Function<HostBinding, Kernel>> mean(
            Arena arena, Pool op, Stored source, Stored destination) {
        Shape shape = source.type().shape();
        long[] image = Arrays.copyOfRange(shape.extents(), 2, shape.rank());
        boolean whole = op.kind() != PoolKind.MAX && Arrays.equals(op.window().sizes(), image)
                && op.window().slides().stream().allMatch(slide -> slide.before() == 0 && slide.after() == 0);
        long pixels = Arrays.stream(image).reduce(1, (a, b) -> a * b);
        if (!whole || pixels < LONG || destination.bytes() * pixels != source.bytes()) {
            return Optional.empty();
        }
        return ChannelKernel.of(arena, source).map(kernel -> kernel.meanOfPixels(arena)).map(mean -> binding -> {
            MemorySegment src = binding.inputs().getFirst().asSlice(0, source.bytes());
            MemorySegment dst = binding.outputs().getFirst();
            return () -> mean.run(src, dst);
        });
    }
}
