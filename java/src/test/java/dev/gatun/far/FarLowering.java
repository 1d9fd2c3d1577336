package dev.gatun.far;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Stored;
import dev.gatun.memory.Buffer;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The reference's plans, made on the far device's thread; their kernels are work for its stream. */
record FarLowering(FarDevice device, Lowering near) implements Lowering {
    @Override
    public KernelPlan plan(KernelRequest request) {
        KernelRequest inner = new KernelRequest(request.name(), request.op(), request.inputs(), request.outputs(),
                request.policy(), request.forward() instanceof FarPlan far ? far.near : null);
        return planned(() -> near.plan(inner));
    }

    @Override
    public KernelPlan reorder(TensorType type, Layout from, Layout to) {
        return planned(() -> near.reorder(type, from, to));
    }

    private KernelPlan planned(Callable<KernelPlan> plan) {
        return device.queue().call(() -> {
            KernelPlan made = plan.call();
            return new FarPlan(device, made, made.implementation(), made.inputLayouts(), made.outputs(), made.scratchBytes(),
                    made.isView());
        });
    }

    @Override
    public void close() {
        device.queue().submit(near::close);
    }

    private record FarPlan(
            FarDevice device, KernelPlan near, String implementation, List<Layout> inputLayouts, List<Stored> outputs,
            long scratchBytes, boolean isView)
            implements KernelPlan {

        @Override
        public int inPlace(int output) {
            return near.inPlace(output); // a number of the plan, not of its memory
        }

        @Override
        public Kernel bind(Binding binding) {
            List<FarBuffer> inputs = binding.inputs().stream().map(device::own).toList();
            List<FarBuffer> outputs = binding.outputs().stream().map(device::own).toList();
            FarBuffer scratch = own(binding.scratch());
            FarBuffer random = own(binding.random());
            FarBuffer lossScale = own(binding.lossScale());
            Kernel kernel = device.queue().call(() -> near.bind(new Binding(
                    inputs.stream().map(buffer -> (Buffer) device.near(buffer)).toList(),
                    outputs.stream().map(buffer -> (Buffer) device.near(buffer)).toList(), near(scratch), near(random),
                    near(lossScale))));
            return () -> device.queue().submit(kernel::run);
        }

        private @Nullable FarBuffer own(@Nullable Buffer buffer) {
            return buffer == null ? null : device.own(buffer);
        }

        private @Nullable Buffer near(@Nullable FarBuffer buffer) {
            return buffer == null ? null : device.near(buffer);
        }
    }
}
