package dev.gatun.onednn.update;

import dev.gatun.backend.HostUpdate;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.onednn.primitive.CpuEngine;
import dev.gatun.update.ElementRange;
import dev.gatun.update.kernel.MatrixView;
import dev.gatun.update.kernel.UpdateRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;

/** Muon, matrix by matrix: two native passes with oneDNN's products between them. */
record NativeMuon(MemorySegment momentum, List<Matrix> matrices, Polynomial polynomial) implements NativeStep {

    /** One matrix: the struct that says where it lies, and its iteration. */
    record Matrix(MemorySegment struct, int group, NewtonSchulz.Bound iteration) {}

    /** Where a group has a number. */
    record Field(int index) {
        double in(MemorySegment group) {
            return group.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
        }
    }

    /** Where a group has the numbers of the iteration. */
    record Polynomial(Field steps, Field a, Field b, Field c) {
        static Polynomial of(NativeRule rule) {
            return new Polynomial(new Field(rule.index("steps")), new Field(rule.index("a")),
                    new Field(rule.index("b")),
                    new Field(rule.index("c")));
        }
    }

    static NativeStep bind(CpuEngine engine, NativeOwner owner, NativeRule rule, UpdateRequest request) {
        List<NativeMatrices.Ranged> ranged = new ArrayList<>();
        List<NewtonSchulz> plans = new ArrayList<>();
        for (int i = 0; i < request.ranges().size(); i++) {
            ElementRange range = request.ranges().get(i);
            if (range.length() > 0) {
                MatrixView view = MatrixView.of(range);
                ranged.add(new NativeMatrices.Ranged(view, i));
                plans.add(new NewtonSchulz(engine, owner, new NewtonSchulz.Shape(
                        Math.min(view.rows(), view.columns()), Math.max(view.rows(), view.columns()))));
            }
        }
        NewtonSchulz.Memory memory = memory(engine.memory(), owner, plans);
        List<MemorySegment> structs = NativeMatrices.of(engine.memory(), owner, ranged);
        List<Matrix> matrices = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            int group = request.ranges().get(ranged.get(i).range()).group();
            matrices.add(new Matrix(structs.get(i), group, plans.get(i).bind(memory)));
        }
        MemorySegment momentum = Objects.requireNonNull(HostUpdate.of(request).states().get("momentum_buffer"));
        return new NativeMuon(momentum, List.copyOf(matrices), Polynomial.of(rule));
    }

    private static NewtonSchulz.Memory memory(MemoryBudget budget, NativeOwner owner, List<NewtonSchulz> plans) {
        return new NewtonSchulz.Memory(
                shared(budget, owner, plans, NewtonSchulz::xBytes), shared(budget, owner, plans, NewtonSchulz::xBytes),
                shared(budget, owner, plans, NewtonSchulz::gramBytes),
                shared(budget, owner, plans, NewtonSchulz::gramBytes),
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
    public void run(StepArguments a) {
        for (int i = 0; i < matrices.size(); i++) {
            Matrix matrix = matrices.get(i);
            MemorySegment group = a.slots().get(matrix.group);
            MatrixKernels.muonDirection(a, matrix.struct, momentum, matrix.iteration.input());
            MemorySegment direction = matrix.iteration.run((int) polynomial.steps.in(group), polynomial.a.in(group),
                    polynomial.b.in(group), polynomial.c.in(group));
            MatrixKernels.muonUpdate(a, matrix.struct, direction);
        }
    }
}
