package dev.gatun.onednn.plan;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.Operand;
import dev.gatun.bindings.onednn.onednn_h;
import dev.gatun.onednn.primitive.IntegerAttributes;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.onednn.primitive.MemoryDescriptors;
import dev.gatun.op.function.IntegerLayer;
import dev.gatun.op.function.IntegerRange;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a layer on integers becomes one primitive. oneDNN adds the result's old content with a factor that is fixed when
 * a primitive is made, whereas a scale is a variable. So everything is divided by the addend's scale first, or, without
 * an addend, by the result's own: {@code unit}. Then the factor is 1, and only one scale for each channel is left,
 * {@code scale(source) * scale(weight) / unit}; biases are divided alike, and take up the zero points that do not
 * depend on an element. These numbers are few, and are computed in every run.
 */
public final class IntegerEpilogue {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int NONE = -1;

    private final IntegerLayer layer;
    private final IntegerLayer.Inputs<Operand> operands;
    private final MemoryDescriptors descriptors;
    private final long channels;
    private final int rank;
    private final boolean biased;
    private final boolean clipped;
    private final boolean folded;
    private final MemorySegment scales;
    private final MemorySegment bias;
    private final MemorySegment numbers; // ratio, zero point of the result: f32; of source and result: s32
    private final MemorySegment attributes;
    private int ratioCode = NONE;
    private int shiftCode = NONE;

    /**
     * Makes one.
     *
     * @param weightMask the dimensions of the weights along which the scale varies, as bits
     */
    public IntegerEpilogue(PlanContext context, IntegerLayer layer, IntegerLayer.Inputs<Operand> operands, TensorType y,
            int weightMask) {
        this.layer = layer;
        this.operands = operands;
        this.descriptors = context.engine().descriptors();
        this.channels = y.shape().extent(1);
        this.rank = y.shape().rank();
        IntegerLayer.Result result = layer.result();
        boolean added = layer.addend() != IntegerLayer.Addend.NONE;
        boolean shifted = result != null && result.zeroPoint();
        this.clipped = result != null && isClipped(result.range(), layer.relu() && !shifted);
        this.folded = shifted && !added && !layer.relu();
        this.biased = layer.bias() || layer.addend() == IntegerLayer.Addend.AFFINE || folded;
        Arena arena = context.owner().arena();
        this.scales = arena.allocate(ValueLayout.JAVA_FLOAT, channels);
        this.bias = biased ? arena.allocate(ValueLayout.JAVA_FLOAT, channels) : MemorySegment.NULL;
        this.numbers = arena.allocate(ValueLayout.JAVA_FLOAT, 4);
        IntegerAttributes attribute = new IntegerAttributes(context.owner());
        attribute.scale(onednn_h.DNNL_ARG_WEIGHTS(), weightMask);
        if (layer.sourceZeroPoint()) {
            attribute.zeroPoint(onednn_h.DNNL_ARG_SRC());
        }
        Operand addend = operands.addend();
        if (addend != null) {
            attribute.sum(MemoryDescriptors.dataType(addend.type().dtype()));
        }
        if (layer.relu()) {
            attribute.relu();
        }
        if (result != null && clipped) {
            clip(attribute, result.range(), added, shifted && !folded);
        } else {
            if (added) {
                attribute.scale(onednn_h.DNNL_ARG_DST(), 0);
            }
            if (shifted && !folded) {
                attribute.zeroPoint(onednn_h.DNNL_ARG_DST());
            }
        }
        this.attributes = attribute.build();
    }

    /** Where saturation does not clamp to the range. Below, a ReLU clamps to a zero point of 0 as well. */
    private static boolean isClipped(IntegerRange range, boolean rectified) {
        IntegerRange all = range.dtype() == DType.U8 ? IntegerRange.U8 : IntegerRange.I8;
        return range.high() < all.high() || (range.low() > all.low() && !(rectified && range.low() <= 0));
    }

    private void clip(IntegerAttributes attribute, IntegerRange range, boolean scaled, boolean shifted) {
        if (scaled) {
            ratioCode = attribute.binary(onednn_h.dnnl_binary_mul(), broadcast(rank));
        }
        if (shifted) {
            shiftCode = attribute.binary(onednn_h.dnnl_binary_add(), broadcast(rank));
        }
        attribute.clip(range.low(), range.high());
    }

    /** A number as a tensor of a rank. */
    private MemorySegment broadcast(int rank) {
        long[] ones = new long[rank];
        Arrays.fill(ones, 1);
        return descriptors.strides(DType.F32, ones, ones, "number");
    }

    /** The attributes of the primitive. */
    public MemorySegment attributes() {
        return attributes;
    }

    /** The descriptor of the biases; null where the primitive has none. */
    public MemorySegment bias() {
        return biased ? vector(DType.F32, channels) : MemorySegment.NULL;
    }

    private MemorySegment vector(DType dtype, long count) {
        return descriptors.strides(dtype, new long[] {count}, new long[] {1}, "vector of " + count);
    }

    /** Adds all inputs but source and weight, which come first of each, and the kernel that fills the parameters. */
    public void addTo(PrimitivePlan.Builder plan) {
        plan.parameter(onednn_h.DNNL_ARG_ATTR_SCALES() | onednn_h.DNNL_ARG_WEIGHTS(), vector(DType.F32, channels),
                scales);
        if (biased) {
            plan.parameter(onednn_h.DNNL_ARG_BIAS(), bias(), bias);
        }
        MemorySegment one = vector(DType.F32, 1);
        MemorySegment integer = vector(DType.I32, 1);
        boolean added = layer.addend() != IntegerLayer.Addend.NONE;
        IntegerLayer.Result result = layer.result();
        if (layer.sourceZeroPoint()) {
            plan.parameter(onednn_h.DNNL_ARG_ATTR_ZERO_POINTS() | onednn_h.DNNL_ARG_SRC(), integer, part(2));
        }
        if (ratioCode != NONE) {
            plan.parameter(ratioCode, broadcast(rank), part(0));
        } else if (added) {
            plan.parameter(onednn_h.DNNL_ARG_ATTR_SCALES() | onednn_h.DNNL_ARG_DST(), one, part(0));
        }
        if (shiftCode != NONE) {
            plan.parameter(shiftCode, broadcast(rank), part(1));
        } else if (result != null && result.zeroPoint() && !folded) {
            plan.parameter(onednn_h.DNNL_ARG_ATTR_ZERO_POINTS() | onednn_h.DNNL_ARG_DST(), integer, part(3));
        }
        plan.preceded(this::prepare);
    }

    private MemorySegment part(int index) {
        return numbers.asSlice((long) index * Float.BYTES, Float.BYTES);
    }

    private Kernel prepare(HostBinding binding) {
        IntegerLayer.Inputs<MemorySegment> in = layer.named(binding.inputs());
        long step = operands.weightScale().type().shape().rank() == 0 ? 0 : 1;
        Kernel numbersOfRun = () -> fill(in, step);
        MemorySegment addend = in.addend();
        MemorySegment y = binding.outputs().getFirst();
        if (addend == null || addend.address() == y.address()) {
            return numbersOfRun;
        }
        long bytes = y.byteSize();
        return numbersOfRun.then(() -> Kernels.pad(1, 0, bytes, 0, 1, addend, y)); // somebody else reads it later
    }

    private void fill(IntegerLayer.Inputs<MemorySegment> in, long step) {
        double scale = number(in.scale(), 1);
        double unit = number(in.addendScale(), scale);
        double factor = number(in.sourceScale(), 1) / unit;
        double shift = (folded ? number(in.zeroPoint(), 0) : 0) - number(in.addendZeroPoint(), 0);
        MemorySegment weightScale = in.weightScale();
        MemorySegment given = in.bias();
        for (long c = 0; c < channels; c++) {
            scales.setAtIndex(FLOAT, c, (float) (factor * weightScale.getAtIndex(FLOAT, c * step)));
            if (biased) {
                bias.setAtIndex(FLOAT, c, (float) ((given == null ? 0 : given.getAtIndex(FLOAT, c)) / unit + shift));
            }
        }
        double ratio = scale / unit;
        numbers.setAtIndex(FLOAT, 0, (float) (ratioCode == NONE ? ratio : 1 / ratio));
        numbers.setAtIndex(FLOAT, 1, (float) number(in.zeroPoint(), 0));
        numbers.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 2, (int) number(in.sourceZeroPoint(), 0));
        numbers.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 3, (int) number(in.zeroPoint(), 0));
    }

    private static double number(@Nullable MemorySegment memory, double absent) {
        return memory == null ? absent : memory.get(FLOAT, 0);
    }
}
