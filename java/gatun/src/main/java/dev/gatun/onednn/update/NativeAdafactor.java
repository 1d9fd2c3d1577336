package dev.gatun.onednn.update;

import dev.gatun.backend.HostUpdate;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.onednn.primitive.CpuEngine;
import dev.gatun.update.ElementRange;
import dev.gatun.update.kernel.MatrixView;
import dev.gatun.update.kernel.StateSpace;
import dev.gatun.update.kernel.UpdateRequest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Adafactor, tensor by tensor. */
record NativeAdafactor(List<Matrix> matrices, List<Vector> vectors) implements NativeStep {

    /** A matrix: the struct that says where it lies, and the variances of its rows and columns. */
    record Matrix(MemorySegment struct, MemorySegment rowVariance, MemorySegment columnVariance) {}

    /** A vector: the index of its range, and its variance. */
    record Vector(int range, MemorySegment variance) {}

    static NativeStep bind(CpuEngine engine, NativeOwner owner, NativeRule rule, UpdateRequest request) {
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
        List<MemorySegment> structs = NativeMatrices.of(engine.memory(), owner, ranged);
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
    public void run(StepArguments a) {
        for (int i = 0; i < matrices.size(); i++) {
            Matrix matrix = matrices.get(i);
            MatrixKernels.adafactorMatrix(a, matrix.struct, matrix.rowVariance, matrix.columnVariance);
        }
        for (int i = 0; i < vectors.size(); i++) {
            MatrixKernels.adafactorVector(a, vectors.get(i).range, vectors.get(i).variance);
        }
    }
}
