package dev.gatun.onednn;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.util.List;

/** The same row-major elements under another shape. */
record ViewPlan(List<Layout> inputLayouts, List<Stored> outputs) implements KernelPlan {
    ViewPlan(TensorType input, TensorType output) {
        this(List.of(Layout.rowMajor(input.shape())), List.of(Stored.rowMajor(output)));
    }

    @Override
    public String implementation() {
        return "view";
    }

    @Override
    public boolean isView() {
        return true;
    }

    @Override
    public Kernel bind(Binding binding) {
        return () -> {};
    }
}
