package dev.gatun.onednn.plan;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Bytes;
import dev.gatun.memory.LifetimePlanner;
import dev.gatun.shape.Stored;
import java.util.ArrayList;
import java.util.List;

/** Several plans one after another; what passes between them lies in scratch memory. */
public final class SequencePlan implements KernelPlan {
    /** Memory that a step reads or writes. */
    public sealed interface Place {}

    private record Input(int index) implements Place {}

    private record Output(int index) implements Place {}

    private record Scratch(long offset, long bytes) implements Place {}

    private record Step(KernelPlan plan, List<Place> reads, List<Place> writes) {}

    private final String implementation;
    private final List<Stored> inputs;
    private final List<Stored> outputs;
    private final List<Step> steps = new ArrayList<>();
    private long areas;

    /**
     * A plan without steps, to be added to.
     *
     * @param implementation what it is called
     */
    public SequencePlan(String implementation, List<Stored> inputs, List<Stored> outputs) {
        this.implementation = implementation;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
    }

    /** An input of the whole. */
    public Place input(int index) {
        return new Input(index);
    }

    /** An output of the whole. */
    public Place output(int index) {
        return new Output(index);
    }

    /** Scratch memory of its own. */
    public Place scratch(long bytes) {
        Place place = new Scratch(areas, bytes);
        areas += Bytes.alignUp(bytes, LifetimePlanner.ALIGNMENT);
        return place;
    }

    /** Adds a step. */
    public void then(KernelPlan plan, List<Place> reads, List<Place> writes) {
        steps.add(new Step(plan, List.copyOf(reads), List.copyOf(writes)));
    }

    @Override
    public String implementation() {
        return implementation;
    }

    @Override
    public List<Stored> inputs() {
        return inputs;
    }

    @Override
    public List<Stored> outputs() {
        return outputs;
    }

    /** One piece that the steps share, then the areas. */
    @Override
    public long scratchBytes() {
        return shared() + areas;
    }

    private long shared() {
        long most = steps.stream().mapToLong(step -> step.plan.scratchBytes()).max().orElse(0);
        return Bytes.alignUp(most, LifetimePlanner.ALIGNMENT);
    }

    @Override
    public Kernel bind(Binding binding) {
        Buffer scratch = binding.scratch();
        if (scratch == null) {
            throw new IllegalArgumentException(implementation + ": scratch memory wanted, got none");
        }
        Kernel[] kernels = steps.stream().map(step -> step.plan.bind(new Binding(
                buffers(step.reads, binding, scratch), buffers(step.writes, binding, scratch),
                scratch.slice(0, shared()), binding.random(), binding.lossScale()))).toArray(Kernel[]::new);
        return () -> {
            for (Kernel kernel : kernels) {
                kernel.run();
            }
        };
    }

    private List<Buffer> buffers(List<Place> places, Binding binding, Buffer scratch) {
        return places.stream().map(place -> switch (place) {
            case Input(int index) -> binding.inputs().get(index);
            case Output(int index) -> binding.outputs().get(index);
            case Scratch(long offset, long bytes) -> scratch.slice(shared() + offset, bytes);
        }).toList();
    }
}
