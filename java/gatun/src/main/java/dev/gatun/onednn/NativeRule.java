package dev.gatun.onednn;

import dev.gatun.backend.HostUpdate;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.update.AdabeliefHyperparameters;
import dev.gatun.update.AdadeltaHyperparameters;
import dev.gatun.update.AdafactorHyperparameters;
import dev.gatun.update.AdagradHyperparameters;
import dev.gatun.update.AdamHyperparameters;
import dev.gatun.update.AdamaxHyperparameters;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.LambHyperparameters;
import dev.gatun.update.LarsHyperparameters;
import dev.gatun.update.LionHyperparameters;
import dev.gatun.update.MuonHyperparameters;
import dev.gatun.update.NadamHyperparameters;
import dev.gatun.update.RadamHyperparameters;
import dev.gatun.update.RmspropHyperparameters;
import dev.gatun.update.RpropHyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.SgdHyperparameters;
import dev.gatun.update.kernel.UpdateRequest;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** An optimizer rule in native memory: its group's struct, its call and the states it works on. */
sealed interface NativeRule<H extends Hyperparameters>
        permits NativeSgd, NativeAdagrad, NativeRmsprop, NativeAdadelta, NativeAdam, NativeAdamax, NativeNadam, NativeRadam,
                NativeLion, NativeAdabelief, NativeRprop, NativeLamb, NativeLars, NativeMuon, NativeAdafactor,
                NativeEightBits {

    /** The rule of a request, with the request's states; what else it needs, the owner keeps. */
    static NativeRule<?> of(CpuDevice device, NativeOwner owner, UpdateRequest request) {
        HostUpdate memory = HostUpdate.of(request);
        Map<String, MemorySegment> all = memory.states();
        MemorySegment none = MemorySegment.NULL; // native code asks for a state only where a group needs it
        MemorySegment first = all.getOrDefault("exp_avg", none);
        MemorySegment second = all.getOrDefault("exp_avg_sq", none);
        MemorySegment momentum = all.getOrDefault("momentum_buffer", none);
        MemorySegment squares = all.getOrDefault("square_avg", none);
        boolean coded = !request.scales().isEmpty();
        return switch (request.groups().getFirst()) {
            case SgdHyperparameters _ -> new NativeSgd(momentum);
            case AdagradHyperparameters _ -> new NativeAdagrad(all.getOrDefault("sum", none));
            case RmspropHyperparameters _ ->
                new NativeRmsprop(squares, all.getOrDefault("grad_avg", none), momentum);
            case AdadeltaHyperparameters _ -> new NativeAdadelta(squares, all.getOrDefault("acc_delta", none));
            case AdamHyperparameters _ when coded -> eightBitAdam(
                    EightBits.of(memory, "exp_avg"), EightBits.of(memory, "exp_avg_sq"));
            case AdamHyperparameters _ -> new NativeAdam(first, second, all.get("max_exp_avg_sq"));
            case AdamaxHyperparameters _ -> new NativeAdamax(first, all.getOrDefault("exp_inf", none));
            case NadamHyperparameters _ -> new NativeNadam(first, second);
            case RadamHyperparameters _ -> new NativeRadam(first, second);
            case LionHyperparameters _ when coded -> eightBitLion(EightBits.of(memory, "exp_avg"));
            case LionHyperparameters _ -> new NativeLion(first);
            case AdabeliefHyperparameters _ -> new NativeAdabelief(first, all.getOrDefault("exp_avg_var", none));
            case RpropHyperparameters _ ->
                new NativeRprop(all.getOrDefault("prev", none), all.getOrDefault("step_size", none));
            case LambHyperparameters _ -> new NativeLamb(first, second);
            case LarsHyperparameters _ -> new NativeLars(momentum);
            case MuonHyperparameters _ -> NativeMuon.bind(device, owner, request);
            case AdafactorHyperparameters _ -> NativeAdafactor.bind(device, owner, request);
        };
    }

    private static NativeRule<?> eightBitAdam(EightBits first, EightBits second) {
        NativeAdam numbers = new NativeAdam(MemorySegment.NULL, MemorySegment.NULL, null);
        return new NativeEightBits<>(numbers, arguments -> OptimizerKernels.adam(arguments, first, second));
    }

    private static NativeRule<?> eightBitLion(EightBits first) {
        NativeLion numbers = new NativeLion(MemorySegment.NULL);
        return new NativeEightBits<>(numbers, arguments -> OptimizerKernels.lion(arguments, first));
    }

    /** The kind of numbers it takes. */
    Class<H> numbers();

    /** The struct of one group. */
    MemoryLayout group();

    /** Writes a group's numbers into its struct. */
    void write(MemorySegment group, H numbers);

    /** The same for numbers that are known to be of this rule. */
    default void writeAny(MemorySegment group, Hyperparameters numbers) {
        write(group, numbers().cast(numbers));
    }

    /** Changes one of a group's numbers in place; refuses one that the rule does not have. */
    void set(MemorySegment group, Scheduled what, double value);

    /** What a rule says of a number that it does not have. */
    static IllegalArgumentException absent(Scheduled what) {
        return new IllegalArgumentException("this rule has no " + what.words() + " that could be scheduled");
    }

    /** Runs one step. */
    void step(StepArguments arguments);
}
