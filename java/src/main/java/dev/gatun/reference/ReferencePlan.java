package dev.gatun.reference;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Stored;
import dev.gatun.op.Flatten;
import dev.gatun.op.Op;
import dev.gatun.op.Reshape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** One operation on row-major tensors. */
record ReferencePlan(ReferenceLowering lowering, Op op, List<TensorType> types, List<TensorType> results)
        implements KernelPlan {
    @Override
    public String implementation() {
        return "reference:" + op.name();
    }

    @Override
    public List<Stored> inputs() {
        return types.stream().map(Stored::rowMajor).toList();
    }

    @Override
    public List<Stored> outputs() {
        return results.stream().map(Stored::rowMajor).toList();
    }

    @Override
    public boolean isView() {
        return op instanceof Flatten || op instanceof Reshape;
    }

    @Override
    public Kernel bind(Binding binding) {
        return lowering.guarded(Kernels.of(op, tensors("input", types, binding.inputs()),
                tensors("output", results, binding.outputs()), binding));
    }

    private List<Tensor> tensors(String what, List<TensorType> wanted, List<MemorySegment> segments) {
        if (wanted.size() != segments.size()) {
            throw new IllegalArgumentException(
                    op.name() + ": " + segments.size() + " " + what + "s bound, " + wanted.size() + " wanted");
        }
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            if (segments.get(i).byteSize() < wanted.get(i).bytes()) {
                throw new IllegalArgumentException(op.name() + ": " + what + " " + i + " needs " + wanted.get(i).bytes()
                        + " bytes for " + wanted.get(i) + ", got " + segments.get(i).byteSize());
            }
            tensors.add(new Tensor(wanted.get(i), segments.get(i)));
        }
        return tensors;
    }
}
