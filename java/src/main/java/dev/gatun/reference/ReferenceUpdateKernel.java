package dev.gatun.reference;

import dev.gatun.backend.AdamHyperparameters;
import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.SgdHyperparameters;
import dev.gatun.backend.UpdateKernel;
import dev.gatun.backend.UpdateRequest;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;

/** An optimizer step over slabs, element by element: arithmetic in double, storage in f32. */
final class ReferenceUpdateKernel implements UpdateKernel {
    private final ReferenceDevice device;
    private final List<Hyperparameters> groups;
    private final List<ElementRange> ranges;
    private final Tensor parameters;
    private final Tensor gradients;
    private final List<Tensor> states;
    private boolean closed;

    ReferenceUpdateKernel(ReferenceDevice device, UpdateRequest request) {
        this.device = device;
        this.groups = new ArrayList<>(request.groups());
        this.ranges = request.ranges();
        TensorType slab = new TensorType(DType.F32, Shape.of(request.elements()));
        this.parameters = new Tensor(slab, request.parameters());
        this.gradients = new Tensor(slab, request.gradients());
        this.states = request.states().stream().map(state -> new Tensor(slab, state)).toList();
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
        if (hyperparameters.getClass() != groups.get(group).getClass()) {
            throw new IllegalArgumentException("group " + group + " follows " + groups.get(group)
                    + " and cannot change its rule to " + hyperparameters);
        }
        if (hyperparameters.stateNames().size() > states.size()) {
            throw new IllegalArgumentException("group " + group + ": no memory is bound for " + hyperparameters.stateNames());
        }
        groups.set(group, hyperparameters);
    }

    @Override
    public void setLearningRate(int group, double learningRate) {
        set(group, groups.get(group).withLearningRate(learningRate));
    }

    @Override
    public void run(long step, double gradientScale) {
        check();
        if (step < 1) {
            throw new IllegalArgumentException("the first step is 1, got " + step);
        }
        for (ElementRange range : ranges) {
            switch (groups.get(range.group())) {
                case SgdHyperparameters sgd -> sgd(sgd, range, step, gradientScale);
                case AdamHyperparameters adam -> adam(adam, range, step, gradientScale);
            }
        }
    }

    private void sgd(SgdHyperparameters group, ElementRange range, long step, double scale) {
        Tensor velocity = states.isEmpty() ? parameters : states.getFirst();
        for (long i = range.begin(); i < range.end(); i++) {
            SgdRule.step(group, step, gradients.get(i) * scale, parameters, velocity, i);
        }
    }

    private void adam(AdamHyperparameters group, ElementRange range, long step, double scale) {
        for (long i = range.begin(); i < range.end(); i++) {
            AdamRule.step(group, step, gradients.get(i) * scale, parameters, states.get(0), states.get(1), i);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
