package dev.gatun.train.step;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.engine.GradientListener;
import dev.gatun.engine.Variables;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.op.Binary;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sums the gradients of a step's batches in the slab of gradients. Allocates nothing once it is made. */
final class Accumulation implements Phase, AutoCloseable {
    private final Device device;
    private final Buffer gradients;
    private final @Nullable GradientListener listener;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final Buffer sum;
    private final Kernel addToSum;
    private final Kernel addToGradients;

    /** @param listener hears of all gradients when they are summed; null where nobody asks */
    Accumulation(Device device, Variables variables, @Nullable GradientListener listener) {
        this.device = device;
        this.listener = listener;
        gradients = variables.gradients();
        boolean complete = false;
        try {
            sum = device.allocate(Role.GRADIENTS, "sum of gradients", gradients.bytes());
            owned.add(sum);
            Lowering lowering = device.lower();
            owned.add(lowering);
            TensorType type = TensorType.f32(gradients.bytes() / Float.BYTES);
            GraphBuilder graph = new GraphBuilder();
            Node node = graph.node("accumulation", new Binary(BinaryFunction.ADD),
                    List.of(graph.input("sum", type), graph.input("gradients", type)));
            Operand operand = new Operand(type, null);
            KernelPlan add = lowering.plan(
                    node, KernelRequest.alone(lowering.layouts().getFirst(), operand, operand));
            addToSum = add.bind(new Binding(List.of(sum, gradients), List.of(sum)));
            addToGradients = add.bind(new Binding(List.of(sum, gradients), List.of(gradients)));
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /** Takes the gradients of one batch; after the last of a step, the gradients are the sum of all. */
    @Override
    public void run(StepState step) {
        boolean last = step.index == step.batches - 1;
        if (step.batches > 1) {
            if (step.index == 0) {
                device.copy(gradients, sum);
            } else if (last) {
                addToGradients.run();
            } else {
                addToSum.run();
            }
        }
        if (last && listener != null) {
            listener.onFinal(0, gradients.bytes());
        }
    }

    @Override
    public void close() {
        Closing.inReverse(owned);
        owned.clear();
    }
}
