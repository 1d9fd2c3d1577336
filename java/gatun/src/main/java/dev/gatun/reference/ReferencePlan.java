package dev.gatun.reference;

import dev.gatun.backend.Binding;
import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.op.Op;
import dev.gatun.reference.kernel.Kernels;
import dev.gatun.reference.kernel.Tensor;
import dev.gatun.shape.Stored;
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
        return op.isView();
    }

    @Override
    public Kernel bind(Binding bound) {
        HostBinding binding = HostBinding.of(bound, this);
        return lowering.guarded(
                Kernels.of(op, tensors(types, binding.inputs()), tensors(results, binding.outputs()), binding));
    }

    private static List<Tensor> tensors(List<TensorType> types, List<MemorySegment> segments) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            tensors.add(new Tensor(types.get(i), segments.get(i)));
        }
        return tensors;
    }
}
