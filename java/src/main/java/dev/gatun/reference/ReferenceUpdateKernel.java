package dev.gatun.reference;

import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.MatrixView;
import dev.gatun.backend.Scheduled;
import dev.gatun.backend.StateSpace;
import dev.gatun.backend.UpdateClaim;
import dev.gatun.backend.UpdateKernel;
import dev.gatun.backend.UpdateRequest;
import dev.gatun.backend.UpdateStep;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** An optimizer step over slabs, range by range: arithmetic in double, storage in f32. */
final class ReferenceUpdateKernel implements UpdateKernel {
    private final ReferenceDevice device;
    private final UpdateRequest request;
    private final List<Hyperparameters> groups;
    private final Tensor parameters;
    private final Tensor gradients;
    private final Map<String, Tensor> states = new HashMap<>();
    private final StateSpace space;
    private final List<MatrixView> views; // of the ranges
    private final @Nullable Tensor average;
    private final UpdateClaim claim;
    private long firstNonFinite = -1;
    private boolean closed;

    ReferenceUpdateKernel(ReferenceDevice device, UpdateRequest request) {
        this.device = device;
        this.request = request;
        this.groups = new ArrayList<>(request.groups());
        TensorType slab = new TensorType(DType.F32, Shape.of(request.elements()));
        this.parameters = new Tensor(slab, request.parameters());
        this.gradients = new Tensor(slab, request.gradients());
        request.states().forEach((name, state) -> states.put(name,
                new Tensor(new TensorType(DType.F32, Shape.of(state.byteSize() / Float.BYTES)), state)));
        this.space = request.stateSpace();
        this.views = request.ranges().stream().map(MatrixView::of).toList();
        MemorySegment memory = request.average();
        this.average = memory == null ? null : new Tensor(slab, memory);
        this.claim = request.claim();
    }

    private void check() {
        device.check();
        if (closed) {
            throw new IllegalStateException("the optimizer step is closed");
        }
    }

    @Override
    public void set(int group, Hyperparameters hyperparameters) {
        check();
        request.checkChange(group, hyperparameters);
        groups.set(group, hyperparameters);
    }

    @Override
    public void set(int group, Scheduled what, double value) {
        set(group, what.in(groups.get(group), value));
    }

    @Override
    public double gradientNorm(double gradientScale) {
        check();
        claim.checkOpen();
        double sum = 0;
        firstNonFinite = -1;
        for (ElementRange range : request.ranges()) {
            for (long i = range.begin(); i < range.end(); i++) {
                double g = gradients.get(i);
                sum += g * g;
                if (!Double.isFinite(g) && (firstNonFinite < 0 || i < firstNonFinite)) {
                    firstNonFinite = i;
                }
            }
        }
        return Math.abs(gradientScale) * Math.sqrt(sum);
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
            for (int i = 0; i < views.size(); i++) {
                update(request.ranges().get(i), views.get(i), step);
            }
        } finally {
            claim.end();
        }
    }

    private void update(ElementRange range, MatrixView view, UpdateStep step) {
        Hyperparameters group = groups.get(range.group());
        Elements weights = Elements.of(parameters, view);
        double[] moved = weights.read();
        double[] clipped = Elements.of(gradients, view).read();
        for (int i = 0; i < clipped.length; i++) {
            clipped[i] = clip(clipped[i] * step.gradientScale(), step.clipValue());
        }
        List<Elements> used = group.elementwiseStates()
                ? group.stateNames().stream().map(name -> Elements.of(state(name), view)).toList()
                : space.parts(range).stream().map(part -> Elements.of(state(part.name()), part)).toList();
        double[][] values = used.stream().map(Elements::read).toArray(double[][]::new);
        Rules.step(group, step.number(), view.rows(), moved, clipped, values);
        weights.write(moved);
        for (int s = 0; s < values.length; s++) {
            used.get(s).write(values[s]);
        }
        if (average != null) {
            move(average, range, step);
        }
    }

    private Tensor state(String name) {
        return Objects.requireNonNull(states.get(name));
    }

    private static double clip(double gradient, double bound) {
        return bound > 0 ? Math.clamp(gradient, -bound, bound) : gradient;
    }

    private void move(Tensor mean, ElementRange range, UpdateStep step) {
        for (long i = range.begin(); i < range.end(); i++) {
            double w = parameters.get(i);
            double e = mean.get(i);
            mean.set(i, step.number() == 1 ? w : e + (1 - step.averageDecay()) * (w - e));
        }
    }

    /** Some elements of a slab, in an order of their own. */
    private record Elements(Tensor slab, int count, IntToLongFunction at) {
        static Elements of(Tensor slab, MatrixView view) {
            int columns = view.columns();
            return new Elements(slab, Math.multiplyExact(view.rows(), columns), i -> view.at(i / columns, i % columns));
        }

        static Elements of(Tensor slab, StateSpace.Part part) {
            return new Elements(slab, Math.toIntExact(part.stored().elements()), i -> part.begin() + i);
        }

        double[] read() {
            double[] values = new double[count];
            Arrays.setAll(values, i -> slab.get(at.applyAsLong(i)));
            return values;
        }

        void write(double[] values) {
            for (int i = 0; i < count; i++) {
                slab.set(at.applyAsLong(i), values[i]);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
