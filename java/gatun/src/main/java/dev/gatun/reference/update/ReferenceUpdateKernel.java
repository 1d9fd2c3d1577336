package dev.gatun.reference.update;

import dev.gatun.backend.HostUpdate;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.reference.kernel.Tensor;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Norms;
import dev.gatun.update.Scheduled;
import dev.gatun.update.kernel.MatrixView;
import dev.gatun.update.kernel.GroupNumbers;
import dev.gatun.update.kernel.StateSpace;
import dev.gatun.update.kernel.UpdateClaim;
import dev.gatun.update.kernel.UpdateKernel;
import dev.gatun.update.kernel.UpdateRequest;
import dev.gatun.update.kernel.UpdateStep;
import dev.gatun.update.kernel.WeightStorage;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An optimizer step over slabs, range by range: arithmetic in double, storage in f32 unless the request says otherwise.
 */
public final class ReferenceUpdateKernel implements UpdateKernel {
    private final Runnable deviceCheck;
    private final UpdateRequest request;
    private final HostUpdate memory;
    private final List<GroupNumbers> groups;
    private final @Nullable FloatState weights; // null where they are stored in bf16 only
    private final @Nullable Bfloat16Weights rounded; // the copy, or the weights themselves
    private final FloatState gradients;
    private final Map<String, StateMemory> states = new HashMap<>();
    private final StateSpace space;
    private final List<MatrixView> views; // of the ranges
    private final @Nullable FloatState average;
    private final double[] coefficients;
    private final UpdateClaim claim;
    private long firstNonFinite = -1;
    private boolean closed;

    public ReferenceUpdateKernel(Runnable deviceCheck, UpdateRequest request) {
        this.deviceCheck = deviceCheck;
        this.request = request;
        this.memory = HostUpdate.of(request);
        this.groups = request.groups().stream().map(GroupNumbers::new).toList();
        WeightStorage storage = request.weights();
        boolean bf16 = storage.dtype() == DType.BF16;
        MemorySegment copy = bf16 ? memory.parameters() : memory.copy();
        this.weights = bf16 ? null : floats(memory.parameters());
        this.rounded = copy == null ? null : new Bfloat16Weights(storage, copy);
        this.gradients = floats(memory.gradients());
        memory.states().forEach((name, state) -> states.put(name, stored(name, state)));
        this.space = request.stateSpace();
        this.views = request.ranges().stream().map(MatrixView::of).toList();
        MemorySegment mean = memory.average();
        this.average = mean == null ? null : floats(mean);
        this.coefficients = new double[request.ranges().size()];
        Arrays.fill(coefficients, 1);
        this.claim = request.claim();
    }

    private static FloatState floats(MemorySegment memory) {
        return new FloatState(
                new Tensor(new TensorType(DType.F32, Shape.of(memory.byteSize() / Float.BYTES)), memory));
    }

    private StateMemory stored(String name, MemorySegment state) {
        MemorySegment scales = memory.scales().get(name);
        return scales == null ? floats(state)
                : new EightBitState(request.groups().getFirst().rule().kind(name), state, scales,
                request.weights().seed());
    }

    private void check() {
        deviceCheck.run();
        if (closed) {
            throw new IllegalStateException("the optimizer step is closed");
        }
    }

    @Override
    public int ranges() {
        return request.ranges().size();
    }

    @Override
    public void set(int group, Hyperparameters hyperparameters) {
        check();
        request.checkChange(group, hyperparameters);
        groups.get(group).set(hyperparameters);
    }

    @Override
    public void set(int group, Scheduled what, double value) {
        check();
        what.check(groups.get(group).own(), value);
        groups.get(group).set(what, value);
    }

    @Override
    public double gradientNorm(double gradientScale) {
        double[] norms = new double[coefficients.length];
        gradientNorms(gradientScale, norms);
        return Norms.of(norms);
    }

    @Override
    public void gradientNorms(double gradientScale, double[] norms) {
        check();
        request.checkRanges("norms", norms);
        claim.checkOpen();
        firstNonFinite = -1;
        for (int i = 0; i < norms.length; i++) {
            ElementRange range = request.ranges().get(i);
            double[] values = gradients.read(range);
            norms[i] = Math.abs(gradientScale) * Norms.of(values);
            for (int j = 0; j < values.length; j++) {
                if (!Double.isFinite(values[j]) && (firstNonFinite < 0 || range.begin() + j < firstNonFinite)) {
                    firstNonFinite = range.begin() + j;
                }
            }
        }
    }

    @Override
    public void weightNorms(double[] norms) {
        check();
        request.checkRanges("norms", norms);
        claim.checkOpen();
        for (int i = 0; i < norms.length; i++) {
            norms[i] = Norms.of(read(request.ranges().get(i)));
        }
    }

    @Override
    public void setRangeCoefficients(double[] newCoefficients) {
        check();
        request.checkCoefficients(newCoefficients);
        System.arraycopy(newCoefficients, 0, coefficients, 0, coefficients.length);
    }

    @Override
    public long firstNonFinite() {
        return firstNonFinite;
    }

    @Override
    public void run(UpdateStep step) {
        check();
        claim.begin();
        try {
            for (int i = 0; i < coefficients.length; i++) {
                update(request.ranges().get(i), views.get(i), step, step.gradientScale() * coefficients[i]);
            }
        } finally {
            claim.end();
        }
    }

    private void update(ElementRange range, MatrixView view, UpdateStep step, double gradientScale) {
        Hyperparameters group = groups.get(range.group()).now();
        MatrixElements elements = new MatrixElements(view, range.begin());
        double[] whole = read(range);
        double[] moved = elements.gather(whole);
        double[] clipped = elements.gather(gradients.read(range));
        for (int i = 0; i < clipped.length; i++) {
            clipped[i] = clip(clipped[i] * gradientScale, step.clipValue());
        }
        List<Part> parts = group.elementwiseStates()
                ? group.stateNames().stream().map(name -> new Part(state(name), range, elements)).toList()
                : space.parts(range).stream().map(part -> Part.of(state(part.name()), part)).toList();
        double[][] values = parts.stream().map(Part::read).toArray(double[][]::new);
        group.step(step.number(), view.rows(), moved, clipped, values);
        for (int s = 0; s < values.length; s++) {
            parts.get(s).write(values[s], step.number());
        }
        elements.scatter(moved, whole);
        write(range, whole, step);
    }

    private StateMemory state(String name) {
        return Objects.requireNonNull(states.get(name));
    }

    /** A range's part of a state. */
    private record Part(StateMemory memory, ElementRange range, MatrixElements elements) {
        static Part of(StateMemory memory, StateSpace.Part part) {
            ElementRange range = new ElementRange(part.begin(), part.begin() + part.stored().elements(), 0);
            return new Part(memory, range, new MatrixElements(MatrixView.of(range), range.begin()));
        }

        double[] read() {
            return elements.gather(memory.read(range));
        }

        void write(double[] values, long step) {
            double[] whole = memory.read(range);
            elements.scatter(values, whole);
            memory.write(range, whole, step);
        }
    }

    private double[] read(ElementRange range) {
        return weights != null ? weights.read(range) : Objects.requireNonNull(rounded).read(range);
    }

    private void write(ElementRange range, double[] moved, UpdateStep step) {
        if (weights != null) {
            weights.write(range, moved);
        }
        if (rounded != null) {
            rounded.write(range, moved, step.number());
        }
        if (average != null) {
            double[] mean = average.read(range);
            for (int i = 0; i < mean.length; i++) {
                double w = (float) moved[i];
                mean[i] = step.number() == 1 ? w : mean[i] + (1 - step.averageDecay()) * (w - mean[i]);
            }
            average.write(range, mean);
        }
    }

    private static double clip(double gradient, double bound) {
        return bound > 0 ? Math.clamp(gradient, -bound, bound) : gradient;
    }

    @Override
    public void decodeState(String name, Buffer values) {
        check();
        request.checkDecoded(name, values);
        floats(HostBuffer.of(values).segment()).write(all(), eightBits(name).read(all()));
    }

    @Override
    public void encodeState(String name, Buffer values) {
        check();
        request.checkDecoded(name, values);
        eightBits(name).write(all(), floats(HostBuffer.of(values).segment()).read(all()));
    }

    private ElementRange all() {
        return new ElementRange(0, request.elements(), 0);
    }

    private EightBitState eightBits(String name) {
        return (EightBitState) Objects.requireNonNull(states.get(name));
    }

    @Override
    public void close() {
        closed = true;
    }
}
