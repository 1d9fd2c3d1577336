package dev.gatun.reference;

import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.Scheduled;
import dev.gatun.backend.UpdateClaim;
import dev.gatun.backend.UpdateKernel;
import dev.gatun.backend.UpdateRequest;
import dev.gatun.backend.UpdateStep;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An optimizer step over slabs, range by range: arithmetic in double, storage in f32. */
final class ReferenceUpdateKernel implements UpdateKernel {
    private final ReferenceDevice device;
    private final UpdateRequest request;
    private final List<Hyperparameters> groups;
    private final Tensor parameters;
    private final Tensor gradients;
    private final Map<String, Tensor> states = new HashMap<>();
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
        request.states().forEach((name, state) -> states.put(name, new Tensor(slab, state)));
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
            for (ElementRange range : request.ranges()) {
                update(groups.get(range.group()), range, step);
            }
        } finally {
            claim.end();
        }
    }

    private void update(Hyperparameters group, ElementRange range, UpdateStep step) {
        double[] weights = read(parameters, range);
        double[] clipped = read(gradients, range);
        for (int i = 0; i < clipped.length; i++) {
            clipped[i] = clip(clipped[i] * step.gradientScale(), step.clipValue());
        }
        List<Tensor> used = group.stateNames().stream().map(name -> Objects.requireNonNull(states.get(name))).toList();
        double[][] values = used.stream().map(state -> read(state, range)).toArray(double[][]::new);
        Rules.step(group, step.number(), weights, clipped, values);
        write(parameters, range, weights);
        for (int s = 0; s < values.length; s++) {
            write(used.get(s), range, values[s]);
        }
        if (average != null) {
            move(average, range, step);
        }
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

    private static double[] read(Tensor tensor, ElementRange range) {
        double[] values = new double[Math.toIntExact(range.end() - range.begin())];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get(range.begin() + i);
        }
        return values;
    }

    private static void write(Tensor tensor, ElementRange range, double[] values) {
        for (int i = 0; i < values.length; i++) {
            tensor.set(range.begin() + i, values[i]);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
