package dev.gatun.onednn.plan;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Bytes;
import dev.gatun.memory.LifetimePlanner;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kernel in f32 between casts, for tensors of 16 bits that no kernel takes as they are, or none with sums of as many
 * digits. It gives the numbers that a good kernel of 16 bits gives: those sum in f32 too, and round once.
 *
 * @param inner   the kernel in f32
 * @param inputs  as they lie outside; those that the kernel reads as they are, are its own
 * @param outputs as they lie outside
 * @param reads   what widens each input; null where nothing need be
 * @param writes  what rounds each output; null where nothing need be
 */
public record WidenedPlan(
        KernelPlan inner, List<Stored> inputs, List<Stored> outputs, List<@Nullable KernelPlan> reads,
        List<@Nullable KernelPlan> writes)
        implements KernelPlan {

    /** Puts casts around the plan of a {@linkplain Problem#widened() widened} problem. */
    public static WidenedPlan of(PlanContext context, Problem problem, KernelPlan inner) {
        List<Stored> inputs = new ArrayList<>();
        List<@Nullable KernelPlan> reads = new ArrayList<>();
        for (int i = 0; i < inner.inputs().size(); i++) {
            Stored wide = inner.inputs().get(i);
            Stored outside = outside(wide, problem.inputs().get(i).type());
            inputs.add(outside);
            reads.add(outside.equals(wide) ? null : context.reorder(outside, wide));
        }
        List<Stored> outputs = new ArrayList<>();
        List<@Nullable KernelPlan> writes = new ArrayList<>();
        for (int i = 0; i < inner.outputs().size(); i++) {
            Stored wide = inner.outputs().get(i);
            Stored outside = outside(wide, problem.outputs().get(i));
            outputs.add(outside);
            writes.add(outside.equals(wide) ? null : context.reorder(wide, outside));
        }
        return new WidenedPlan(inner, inputs, outputs, reads, writes);
    }

    private static Stored outside(Stored wide, TensorType type) {
        return type.dtype().isNarrow()
                ? Stored.of(wide.type().withDtype(type.dtype()), withoutBlocks(wide)) : wide;
    }

    /** A layout that a tensor may have in any type: oneDNN makes blocked ones only where it chooses them itself. */
    public static Layout withoutBlocks(Stored stored) {
        return !stored.layout().hasBlocks() ? stored.layout() : Layout.channelsLast(stored.type().shape());
    }

    @Override
    public String implementation() {
        return "f32:" + inner.implementation();
    }

    /** One piece for the kernels' own scratch, as they run one after another, then the widened tensors. */
    @Override
    public long scratchBytes() {
        long bytes = ownScratch();
        for (int i = 0; i < reads.size(); i++) {
            bytes += widenedBytes(reads.get(i), inner.inputs().get(i));
        }
        for (int i = 0; i < writes.size(); i++) {
            bytes += widenedBytes(writes.get(i), inner.outputs().get(i));
        }
        return bytes;
    }

    private static long widenedBytes(@Nullable KernelPlan cast, Stored wide) {
        return cast == null ? 0 : Bytes.alignUp(wide.bytes(), LifetimePlanner.ALIGNMENT);
    }

    private long ownScratch() {
        long bytes = inner.scratchBytes();
        for (List<@Nullable KernelPlan> casts : List.of(reads, writes)) {
            for (KernelPlan cast : casts) {
                bytes = Math.max(bytes, cast == null ? 0 : cast.scratchBytes());
            }
        }
        return Bytes.alignUp(bytes, LifetimePlanner.ALIGNMENT);
    }

    @Override
    public Kernel bind(Binding binding) {
        Buffer scratch = binding.scratch();
        if (scratch == null) {
            throw new IllegalArgumentException(implementation() + ": scratch memory wanted, got none");
        }
        long own = ownScratch();
        Buffer shared = scratch.slice(0, own);
        long next = own;
        List<Kernel> kernels = new ArrayList<>();
        List<Buffer> wideInputs = new ArrayList<>();
        for (int i = 0; i < reads.size(); i++) {
            KernelPlan cast = reads.get(i);
            Buffer outside = binding.inputs().get(i);
            Buffer wide = outside;
            if (cast != null) {
                wide = scratch.slice(next, inner.inputs().get(i).bytes());
                kernels.add(cast.bind(new Binding(List.of(outside), List.of(wide), shared, null, null)));
            }
            next += widenedBytes(cast, inner.inputs().get(i));
            wideInputs.add(wide);
        }
        List<Kernel> rounding = new ArrayList<>();
        List<Buffer> wideOutputs = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            KernelPlan cast = writes.get(i);
            Buffer outside = binding.outputs().get(i);
            Buffer wide = outside;
            if (cast != null) {
                wide = scratch.slice(next, inner.outputs().get(i).bytes());
                rounding.add(cast.bind(new Binding(List.of(wide), List.of(outside), shared, null, null)));
            }
            next += widenedBytes(cast, inner.outputs().get(i));
            wideOutputs.add(wide);
        }
        kernels.add(inner.bind(new Binding(wideInputs, wideOutputs, shared, binding.random(), binding.lossScale())));
        kernels.addAll(rounding);
        Kernel[] all = kernels.toArray(Kernel[]::new);
        return () -> {
            for (Kernel kernel : all) {
                kernel.run();
            }
        };
    }
}
