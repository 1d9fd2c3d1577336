package dev.gatun.train;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.op.Binary;
import dev.gatun.op.BinaryFunction;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradients of several batches, summed into the slab of gradients, and the buffers as they were before the first of
 * these batches. Allocates nothing once it is made.
 */
final class Accumulation implements AutoCloseable {
    private final Device device;
    private final Buffer gradients;
    private final Buffer buffers;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final Buffer sum;
    private final Buffer buffersBefore;
    private final Kernel addToSum;
    private final Kernel addToGradients;

    Accumulation(Device device, Variables variables) {
        this.device = device;
        gradients = variables.gradients();
        buffers = variables.buffers();
        boolean complete = false;
        try {
            sum = allocate(device, "sum of gradients", Role.GRADIENTS, gradients.bytes());
            buffersBefore = allocate(device, "buffers before a step", Role.BUFFERS, buffers.bytes());
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

    private Buffer allocate(Device device, String name, Role role, long bytes) {
        Buffer slab = device.allocate(role, name, bytes);
        owned.add(slab);
        return slab;
    }

    /** Before the first batch of a step. */
    void begin() {
        device.copy(buffers, buffersBefore);
    }

    /** Takes the gradients of one of so many batches; after the last, the gradients are the sum of all. */
    void add(int batch, int batches) {
        if (batches == 1) {
            return;
        }
        if (batch == 0) {
            device.copy(gradients, sum);
        } else if (batch < batches - 1) {
            addToSum.run();
        } else {
            addToGradients.run();
        }
    }

    /** Gives the buffers the values that they had before the step. */
    void undo() {
        device.copy(buffersBefore, buffers);
    }

    @Override
    public void close() {
        Closing.inReverse(owned);
        owned.clear();
    }
}
