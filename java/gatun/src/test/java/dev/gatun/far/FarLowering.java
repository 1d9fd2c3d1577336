package dev.gatun.far;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Candidate;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Region;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.memory.Buffer;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The reference's plans, made on the far device's thread; their kernels are work for its stream. */
record FarLowering(FarDevice device, Lowering near) implements Lowering {
    @Override
    public List<LayoutPolicy> layouts() {
        return near.layouts();
    }

    @Override
    public String environment() {
        return device.name();
    }

    @Override
    public Optional<Path> cacheFolder() {
        return Optional.empty();
    }

    @Override
    public List<Region> regions(Graph graph) {
        return graph.nodes().stream().map(this::single).toList();
    }

    @Override
    public Region single(Node node) {
        return Region.of(node, request -> List.of(Candidate.only(() -> planned(() -> near.plan(node, request)))));
    }

    @Override
    public KernelPlan reorder(TensorType type, Layout from, Layout to) {
        return planned(() -> near.reorder(type, from, to));
    }

    private KernelPlan planned(Callable<KernelPlan> plan) {
        return device.queue().call(() -> {
            KernelPlan made = plan.call();
            return new FarPlan(device, made, made.implementation(), made.inputs(), made.outputs(), made.scratchBytes(),
                    made.isView());
        });
    }

    @Override
    public void close() {
        device.queue().submit(near::close);
    }

    private record FarPlan(
            FarDevice device, KernelPlan near, String implementation, List<Stored> inputs, List<Stored> outputs,
            long scratchBytes, boolean isView)
            implements KernelPlan {

        @Override
        public int inPlace(int output) {
            return near.inPlace(output); // a number of the plan, not of its memory
        }

        @Override
        public Kernel bind(Binding binding) {
            List<FarBuffer> in = binding.inputs().stream().map(device::own).toList();
            List<FarBuffer> out = binding.outputs().stream().map(device::own).toList();
            FarBuffer scratch = own(binding.scratch());
            FarBuffer random = own(binding.random());
            FarBuffer lossScale = own(binding.lossScale());
            Kernel kernel = device.queue().call(() -> near.bind(new Binding(
                    in.stream().map(buffer -> (Buffer) device.near(buffer)).toList(),
                    out.stream().map(buffer -> (Buffer) device.near(buffer)).toList(), near(scratch), near(random),
                    near(lossScale))));
            return () -> {
                device.check();
                device.queue().submit(kernel::run);
            };
        }

        private @Nullable FarBuffer own(@Nullable Buffer buffer) {
            return buffer == null ? null : device.own(buffer);
        }

        private @Nullable Buffer near(@Nullable FarBuffer buffer) {
            return buffer == null ? null : device.near(buffer);
        }
    }
}
