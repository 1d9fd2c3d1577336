package dev.gatun.train.parallel.server;

import dev.gatun.backend.Device;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.engine.Variables;
import dev.gatun.optim.Optimizer;
import dev.gatun.train.task.MetricSums;
import java.util.function.BooleanSupplier;

/**
 * What a rank trains.
 *
 * @param variables its variables
 * @param optimizer its optimizer, which only rank 0 uses
 * @param metrics   metrics of a step, for this alone
 * @param wantsStop whether this rank was asked to stop
 */
public record ServedModel(
        Device device, Variables variables, Optimizer optimizer, MetricSums metrics, BooleanSupplier wantsStop) {

    /** A view of the gradients for the host. */
    HostView gradients() {
        return new HostView(device, variables.gradients(), "gradients on their way");
    }

    /** A view of the parameters for the host. */
    HostView parameters() {
        return new HostView(device, variables.parameters(), "parameters on their way");
    }

    /** A view of the buffers for the host. */
    HostView buffers() {
        return new HostView(device, variables.buffers(), "running statistics on their way");
    }

    /** Numbers of a push. */
    NumberMessage push() {
        return new NumberMessage(Protocol.METRICS + metrics.numbers(), device.memory());
    }

    /** Numbers of an answer. */
    NumberMessage answer() {
        return new NumberMessage(Protocol.ANSWER, device.memory());
    }

    /** Gives all ranks what rank 0 evaluates with. */
    void broadcast(ProcessGroup group, HostView parameters) {
        parameters.broadcast(group);
        try (HostView buffers = buffers()) {
            buffers.broadcast(group);
        }
        if (optimizer.options().averageDecay() > 0) {
            try (HostView average = new HostView(device, optimizer.state(Optimizer.AVERAGE), "average of rank 0")) {
                average.broadcast(group);
            }
        }
    }
}
