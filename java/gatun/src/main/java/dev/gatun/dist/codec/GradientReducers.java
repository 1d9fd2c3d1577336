package dev.gatun.dist.codec;

import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.codec.GradientCompression.Bf16;
import dev.gatun.dist.codec.GradientCompression.F16;
import dev.gatun.dist.codec.GradientCompression.None;
import dev.gatun.dist.codec.GradientCompression.PowerSgd;
import dev.gatun.dist.codec.GradientCompression.RandomK;
import dev.gatun.dist.codec.GradientCompression.Sign;
import dev.gatun.dist.codec.GradientCompression.TopK;
import dev.gatun.memory.MemoryBudget;
import java.util.List;

/** Makes reducers. */
public final class GradientReducers {
    private GradientReducers() {}

    /**
     * Creates what sums ranges of a slab.
     *
     * @param tensors   all tensors of the slab, in any order, the same on all ranks
     * @param slabBytes size of the slab
     * @param budget    what the reducer's memory is counted in: with error feedback as much as the slab, and what is
     *                  sent
     * @throws IllegalArgumentException when tensors overlap or leave the slab
     */
    public static GradientReducer of(GradientCompression compression, List<TensorRange> tensors, long slabBytes,
            ProcessGroup group, MemoryBudget budget) {
        Tensors sorted = new Tensors(tensors, slabBytes);
        CodecMemory memory = new CodecMemory(budget);
        boolean complete = false;
        try {
            Codec codec = switch (compression) {
                case None _ -> new PlainCodec();
                case Bf16 _ -> new SixteenBitCodec(SixteenBits.BF16, group, memory);
                case F16 _ -> new SixteenBitCodec(SixteenBits.F16, group, memory);
                case TopK(double fraction) -> new TopKCodec(fraction, slabBytes, group, memory);
                case RandomK options -> new RandomKCodec(options, sorted, slabBytes, memory);
                case PowerSgd options -> new PowerSgdCodec(options, sorted, slabBytes, group, memory);
                case Sign(Sign.Scale scale) -> new SignCodec(scale, sorted, slabBytes, group, memory);
            };
            complete = true;
            return new CheckedReducer(codec, memory, sorted, slabBytes, group);
        } finally {
            if (!complete) {
                memory.close();
            }
        }
    }
}
