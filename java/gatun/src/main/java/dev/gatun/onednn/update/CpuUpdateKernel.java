package dev.gatun.onednn.update;

import dev.gatun.backend.HostUpdate;
import dev.gatun.bindings.gatun.gatun_range;
import dev.gatun.bindings.gatun.gatun_step;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.onednn.primitive.CpuEngine;
import dev.gatun.shape.DType;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.StateKind;
import dev.gatun.update.kernel.Rounding;
import dev.gatun.update.kernel.UpdateClaim;
import dev.gatun.update.kernel.UpdateKernel;
import dev.gatun.update.kernel.UpdateRequest;
import dev.gatun.update.kernel.UpdateStep;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One optimizer step as one native call. The hyper-parameters live in a native array that is changed in place. */
public final class CpuUpdateKernel implements UpdateKernel {
    private final CpuEngine engine;
    private final NativeOwner owner;
    private final UpdateRequest request;
    private final HostUpdate memory;
    private final NativeRule rule;
    private final NativeStep step;
    private final StepArguments arguments;
    private final UpdateClaim claim;
    private final List<Hyperparameters> groups;
    private final List<MemorySegment> slots; // one for each group, so that a step makes no slices
    private final MemorySegment norm;
    private final MemorySegment firstNonFinite;
    private final MemorySegment nowhere; // what is not asked for
    private final MemorySegment norms; // (ranges) f64
    private final MemorySegment coefficients; // (ranges) f64

    public CpuUpdateKernel(CpuEngine engine, NativeOwner owner, UpdateRequest request) {
        this.engine = engine;
        this.owner = owner;
        this.request = request;
        this.memory = HostUpdate.of(request);
        this.rule = NativeRule.of(request.groups().getFirst().rule());
        this.step = NativeStep.of(engine, owner, rule, request);
        this.norm = owner.arena().allocate(ValueLayout.JAVA_DOUBLE);
        this.firstNonFinite = owner.arena().allocateFrom(ValueLayout.JAVA_LONG, -1);
        this.nowhere = owner.arena().allocate(ValueLayout.JAVA_LONG);
        this.norms = owner.arena().allocate(ValueLayout.JAVA_DOUBLE, request.ranges().size());
        this.coefficients = owner.arena().allocate(ValueLayout.JAVA_DOUBLE, request.ranges().size());
        for (int i = 0; i < request.ranges().size(); i++) {
            coefficients.setAtIndex(ValueLayout.JAVA_DOUBLE, i, 1);
        }
        int groupCount = request.groups().size();
        long size = rule.group().byteSize();
        MemorySegment array = owner.arena().allocate(rule.group(), groupCount);
        groups = new ArrayList<>(request.groups());
        slots = IntStream.range(0, groupCount).mapToObj(i -> array.asSlice(i * size, size)).toList();
        for (int i = 0; i < groupCount; i++) {
            set(i, request.groups().get(i));
        }
        MemorySegment numbers = gatun_step.allocate(owner.arena());
        boolean bf16 = request.weights().dtype() == DType.BF16;
        gatun_step.bf16_rounding(numbers, request.weights().rounding() == Rounding.STOCHASTIC ? 1 : 0);
        gatun_step.seed(numbers, request.weights().seed());
        arguments = new StepArguments(rule.number(), numbers, array, slots, nativeRanges(), request.ranges().size(),
                coefficients,
                request.elements(), bf16 ? MemorySegment.NULL : memory.parameters(), memory.gradients(),
                orNull(memory.average()), orNull(bf16 ? memory.parameters() : memory.copy()));
        claim = request.claim();
    }

    private static MemorySegment orNull(@Nullable MemorySegment memory) {
        return memory == null ? MemorySegment.NULL : memory;
    }

    private MemorySegment nativeRanges() {
        List<ElementRange> list = request.ranges();
        MemorySegment ranges = gatun_range.allocateArray(list.size(), owner.arena());
        for (int i = 0; i < list.size(); i++) {
            MemorySegment range = gatun_range.asSlice(ranges, i);
            gatun_range.begin(range, list.get(i).begin());
            gatun_range.end(range, list.get(i).end());
            gatun_range.group(range, list.get(i).group());
        }
        return ranges;
    }

    private void check() {
        engine.checkThread();
        owner.checkOpen();
    }

    @Override
    public int ranges() {
        return request.ranges().size();
    }

    @Override
    public void set(int group, Hyperparameters hyperparameters) {
        check();
        request.checkChange(group, hyperparameters);
        rule.write(slots.get(group), hyperparameters);
        groups.set(group, hyperparameters);
    }

    @Override
    public void set(int group, Scheduled what, double value) {
        check();
        rule.set(slots.get(group), groups.get(group), what, value);
    }

    @Override
    public double gradientNorm(double gradientScale) {
        check();
        claim.checkOpen();
        return OptimizerKernels.gradientNorm(arguments, gradientScale, norm, firstNonFinite);
    }

    @Override
    public void gradientNorms(double gradientScale, double[] written) {
        check();
        request.checkRanges("norms", written);
        claim.checkOpen();
        OptimizerKernels.norms(arguments, memory.gradients(), gradientScale, norms, firstNonFinite);
        MemorySegment.copy(norms, ValueLayout.JAVA_DOUBLE, 0, written, 0, written.length);
    }

    @Override
    public void weightNorms(double[] written) {
        check();
        request.checkRanges("norms", written);
        if (request.weights().dtype() != DType.F32) {
            throw new IllegalStateException("only weights in f32 can be measured, these are bf16");
        }
        claim.checkOpen();
        OptimizerKernels.norms(arguments, memory.parameters(), 1, norms, nowhere);
        MemorySegment.copy(norms, ValueLayout.JAVA_DOUBLE, 0, written, 0, written.length);
    }

    @Override
    public void setRangeCoefficients(double[] newCoefficients) {
        check();
        request.checkCoefficients(newCoefficients);
        MemorySegment.copy(newCoefficients, 0, coefficients, ValueLayout.JAVA_DOUBLE, 0, newCoefficients.length);
    }

    @Override
    public void decodeState(String name, Buffer values) {
        check();
        request.checkDecoded(name, values);
        OptimizerKernels.decode(request.elements(), kind(name), EightBits.of(memory, name),
                HostBuffer.of(values).segment());
    }

    private StateKind kind(String state) {
        return request.groups().getFirst().rule().kind(state);
    }

    @Override
    public void encodeState(String name, Buffer values) {
        check();
        request.checkDecoded(name, values);
        OptimizerKernels.encode(request.elements(), kind(name), HostBuffer.of(values).segment(),
                EightBits.of(memory, name));
    }

    @Override
    public long firstNonFinite() {
        return firstNonFinite.get(ValueLayout.JAVA_LONG, 0);
    }

    @Override
    public void run(UpdateStep numbers) {
        check();
        MemorySegment struct = arguments.step();
        gatun_step.step(struct, numbers.number());
        gatun_step.gradient_scale(struct, numbers.gradientScale());
        gatun_step.clip_value(struct, numbers.clipValue());
        gatun_step.average_decay(struct, numbers.averageDecay());
        gatun_step.average_first(struct, request.average() != null && numbers.number() == 1 ? 1 : 0);
        claim.begin();
        try {
            step.run(arguments);
        } finally {
            claim.end();
        }
    }

    @Override
    public void close() {
        engine.checkThread();
        engine.release(owner);
    }
}
