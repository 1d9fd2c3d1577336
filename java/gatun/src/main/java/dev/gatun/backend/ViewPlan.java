package dev.gatun.backend;

import dev.gatun.shape.Stored;
import java.util.List;

/**
 * A plan that computes nothing: the output has the memory and the layout of the input, under another shape of the same
 * row-major sequence of elements.
 */
public record ViewPlan(Stored stored) implements KernelPlan {
    @Override
    public String implementation() {
        return "view";
    }

    @Override
    public List<Stored> inputs() {
        return List.of(stored);
    }

    @Override
    public List<Stored> outputs() {
        return List.of(stored);
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
