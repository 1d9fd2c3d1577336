package dev.gatun.optim;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Role;
import dev.gatun.reference.Elements;
import dev.gatun.shape.Stored;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Tensors one after the other in a slab, each with its gradient, under one optimizer; for tests. */
final class Matrices implements AutoCloseable {
    private final Device device;
    private final List<ElementRange> ranges = new ArrayList<>();
    private final Buffer weights;
    private final Buffer gradients;
    private final Optimizer optimizer;

    Matrices(String backend, int threads, OptimizerOptions options, List<? extends Hyperparameters> rules,
            Stored... tensors) {
        device = Backends.open(backend, DeviceOptions.defaults().withThreads(threads));
        List<Hyperparameters> groups = new ArrayList<>();
        long at = 16;
        for (int i = 0; i < tensors.length; i++) {
            Hyperparameters suited = rules.get(i % rules.size()).suitedTo(tensors[i].type().shape());
            if (!groups.contains(suited)) {
                groups.add(suited);
            }
            ranges.add(ElementRange.of(at, tensors[i], groups.indexOf(suited)));
            at = Math.ceilDiv(at + tensors[i].elements(), 16L) * 16;
        }
        weights = device.allocate(Role.PARAMETERS, "weights", at * Float.BYTES);
        gradients = device.allocate(Role.GRADIENTS, "gradients", at * Float.BYTES);
        optimizer = new Optimizer(device, weights, gradients, groups, ranges, options);
    }

    Device device() {
        return device;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    /** Row-major weights of one tensor. */
    void weights(int tensor, double... values) {
        write(weights, tensor, values);
    }

    /** Row-major gradients of one tensor. */
    void gradients(int tensor, double... values) {
        write(gradients, tensor, values);
    }

    private void write(Buffer buffer, int tensor, double... values) {
        ElementRange range = ranges.get(tensor);
        Stored stored = Objects.requireNonNull(range.tensor());
        Transfers.change(device, buffer.slice(range.begin() * Float.BYTES, stored.bytes()),
                memory -> Elements.write(memory, stored, values));
    }

    /** The weights of one tensor, row-major. */
    double[] weights(int tensor) {
        ElementRange range = ranges.get(tensor);
        Stored stored = Objects.requireNonNull(range.tensor());
        return Elements.read(
                Transfers.read(device, weights.slice(range.begin() * Float.BYTES, stored.bytes())), stored);
    }

    /** The states of one tensor. */
    List<TensorState> states(int tensor) {
        ElementRange range = ranges.get(tensor);
        return optimizer.states(range.begin(), Objects.requireNonNull(range.tensor()));
    }

    /** All memory that the optimizer writes, padding included. */
    List<float[]> memory() {
        List<float[]> memory = new ArrayList<>(List.of(Transfers.floats(device, weights)));
        optimizer.states().values().forEach(slab -> memory.add(Transfers.floats(device, slab)));
        return memory;
    }

    /** Sums of the magnitudes of everything and of the tensors' own elements: equal where padding is zero. */
    double[] sums() {
        double all = 0;
        for (float value : Transfers.floats(device, weights)) {
            all += Math.abs(value);
        }
        double own = 0;
        for (int i = 0; i < ranges.size(); i++) {
            own += Arrays.stream(weights(i)).map(Math::abs).sum();
        }
        return new double[] {all, own};
    }

    @Override
    public void close() {
        optimizer.close();
        gradients.close();
        weights.close();
        device.close();
    }
}
