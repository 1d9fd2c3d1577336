package dev.gatun.onednn;

import dev.gatun.backend.HostUpdate;
import dev.gatun.bindings.gatun.gatun_adafactor_group;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.update.AdafactorHyperparameters;
import dev.gatun.update.Direction;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Scheduled;
import dev.gatun.update.kernel.MatrixView;
import dev.gatun.update.kernel.StateSpace;
import dev.gatun.update.kernel.UpdateRequest;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Adafactor, tensor by tensor. */
record NativeAdafactor(List<Matrix> matrices, List<Vector> vectors) implements NativeRule<AdafactorHyperparameters> {

    /** A matrix: the struct that says where it lies, and the variances of its rows and columns. */
    record Matrix(MemorySegment struct, MemorySegment rowVariance, MemorySegment columnVariance) {}

    /** A vector: the index of its range, and its variance. */
    record Vector(int range, MemorySegment variance) {}

    static NativeAdafactor bind(CpuDevice device, NativeOwner owner, UpdateRequest request) {
        StateSpace space = request.stateSpace();
        Map<String, MemorySegment> all = HostUpdate.of(request).states();
        List<NativeMatrices.Ranged> ranged = new ArrayList<>();
        List<List<MemorySegment>> variances = new ArrayList<>();
        List<Vector> vectors = new ArrayList<>();
        for (int i = 0; i < request.ranges().size(); i++) {
            ElementRange range = request.ranges().get(i);
            List<MemorySegment> states = space.parts(range).stream().map(part -> part(all, part)).toList();
            if (states.size() == 1) {
                vectors.add(new Vector(i, states.getFirst()));
            } else {
                ranged.add(new NativeMatrices.Ranged(MatrixView.of(range), i));
                variances.add(states);
            }
        }
        List<MemorySegment> structs = NativeMatrices.of(device.memory(), owner, ranged);
        List<Matrix> matrices = new ArrayList<>();
        for (int i = 0; i < structs.size(); i++) {
            matrices.add(new Matrix(structs.get(i), variances.get(i).getFirst(), variances.get(i).getLast()));
        }
        return new NativeAdafactor(List.copyOf(matrices), List.copyOf(vectors));
    }

    private static MemorySegment part(Map<String, MemorySegment> states, StateSpace.Part part) {
        return Objects.requireNonNull(states.get(part.name()))
                .asSlice(part.begin() * Float.BYTES, part.stored().bytes());
    }

    @Override
    public Class<AdafactorHyperparameters> numbers() {
        return AdafactorHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_adafactor_group.layout();
    }

    @Override
    public void write(MemorySegment group, AdafactorHyperparameters numbers) {
        gatun_adafactor_group.learning_rate(group, numbers.learningRate());
        gatun_adafactor_group.beta2_decay(group, numbers.beta2Decay());
        gatun_adafactor_group.epsilon1(group, numbers.epsilon1());
        gatun_adafactor_group.epsilon2(group, numbers.epsilon2());
        gatun_adafactor_group.threshold(group, numbers.threshold());
        gatun_adafactor_group.weight_decay(group, numbers.weightDecay());
        gatun_adafactor_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_adafactor_group.learning_rate(group, value);
            case MOMENTUM -> throw NativeRule.absent(what);
            case WEIGHT_DECAY -> gatun_adafactor_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        for (int i = 0; i < matrices.size(); i++) {
            Matrix matrix = matrices.get(i);
            MatrixKernels.adafactorMatrix(a, matrix.struct, matrix.rowVariance, matrix.columnVariance);
        }
        for (int i = 0; i < vectors.size(); i++) {
            MatrixKernels.adafactorVector(a, vectors.get(i).range, vectors.get(i).variance);
        }
    }
}
