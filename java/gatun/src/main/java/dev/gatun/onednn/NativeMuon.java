package dev.gatun.onednn;

import dev.gatun.backend.HostUpdate;
import dev.gatun.bindings.gatun.gatun_muon_group;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.update.Direction;
import dev.gatun.update.ElementRange;
import dev.gatun.update.MuonHyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.kernel.MatrixView;
import dev.gatun.update.kernel.UpdateRequest;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;

/** Muon, matrix by matrix: two native passes with oneDNN's products between them. */
record NativeMuon(MemorySegment momentum, List<Matrix> matrices) implements NativeRule<MuonHyperparameters> {

    /** One matrix: the struct that says where it lies, and its iteration. */
    record Matrix(MemorySegment struct, int group, NewtonSchulz.Bound iteration) {}

    static NativeMuon bind(CpuDevice device, NativeOwner owner, UpdateRequest request) {
        List<NativeMatrices.Ranged> ranged = new ArrayList<>();
        List<NewtonSchulz> plans = new ArrayList<>();
        for (int i = 0; i < request.ranges().size(); i++) {
            ElementRange range = request.ranges().get(i);
            if (range.length() > 0) {
                MatrixView view = MatrixView.of(range);
                ranged.add(new NativeMatrices.Ranged(view, i));
                plans.add(new NewtonSchulz(device, owner, new NewtonSchulz.Shape(
                        Math.min(view.rows(), view.columns()), Math.max(view.rows(), view.columns()))));
            }
        }
        NewtonSchulz.Memory memory = memory(device.memory(), owner, plans);
        List<MemorySegment> structs = NativeMatrices.of(device.memory(), owner, ranged);
        List<Matrix> matrices = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            int group = request.ranges().get(ranged.get(i).range()).group();
            matrices.add(new Matrix(structs.get(i), group, plans.get(i).bind(memory)));
        }
        MemorySegment momentum = Objects.requireNonNull(HostUpdate.of(request).states().get("momentum_buffer"));
        return new NativeMuon(momentum, List.copyOf(matrices));
    }

    private static NewtonSchulz.Memory memory(MemoryBudget budget, NativeOwner owner, List<NewtonSchulz> plans) {
        return new NewtonSchulz.Memory(
                shared(budget, owner, plans, NewtonSchulz::xBytes), shared(budget, owner, plans, NewtonSchulz::xBytes),
                shared(budget, owner, plans, NewtonSchulz::gramBytes), shared(budget, owner, plans, NewtonSchulz::gramBytes),
                shared(budget, owner, plans, NewtonSchulz::gramBytes),
                shared(budget, owner, plans, NewtonSchulz::scratchBytes));
    }

    /** As much as the largest matrix needs. */
    private static MemorySegment shared(
            MemoryBudget budget, NativeOwner owner, List<NewtonSchulz> plans, ToLongFunction<NewtonSchulz> bytes) {
        long most = plans.stream().mapToLong(bytes).max().orElse(0);
        return NativeMatrices.workspace(budget, owner, "scratch of muon", most).segment();
    }

    @Override
    public Class<MuonHyperparameters> numbers() {
        return MuonHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_muon_group.layout();
    }

    @Override
    public void write(MemorySegment group, MuonHyperparameters numbers) {
        gatun_muon_group.learning_rate(group, numbers.learningRate());
        gatun_muon_group.weight_decay(group, numbers.weightDecay());
        gatun_muon_group.momentum(group, numbers.momentum());
        gatun_muon_group.epsilon(group, numbers.epsilon());
        gatun_muon_group.a(group, numbers.a());
        gatun_muon_group.b(group, numbers.b());
        gatun_muon_group.c(group, numbers.c());
        gatun_muon_group.newton_schulz_steps(group, numbers.steps());
        gatun_muon_group.nesterov(group, numbers.variant() == MuonHyperparameters.Momentum.NESTEROV ? 1 : 0);
        gatun_muon_group.match_adamw(
                group, numbers.adjustment() == MuonHyperparameters.Adjustment.MATCH_RMS_ADAMW ? 1 : 0);
        gatun_muon_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_muon_group.learning_rate(group, value);
            case MOMENTUM -> gatun_muon_group.momentum(group, value);
            case WEIGHT_DECAY -> gatun_muon_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        for (int i = 0; i < matrices.size(); i++) {
            Matrix matrix = matrices.get(i);
            MemorySegment group = a.slots().get(matrix.group);
            MatrixKernels.muonDirection(a, matrix.struct, momentum, matrix.iteration.input());
            MemorySegment direction = matrix.iteration.run(gatun_muon_group.newton_schulz_steps(group),
                    gatun_muon_group.a(group), gatun_muon_group.b(group), gatun_muon_group.c(group));
            MatrixKernels.muonUpdate(a, matrix.struct, direction);
        }
    }
}
