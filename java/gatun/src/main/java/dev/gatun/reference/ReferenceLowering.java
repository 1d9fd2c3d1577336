package dev.gatun.reference;

import dev.gatun.backend.Candidate;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Region;
import dev.gatun.backend.Support;
import dev.gatun.backend.UnsupportedOperationOnDevice;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Plans kernels; owns nothing but the right of its kernels to run. */
final class ReferenceLowering implements Lowering {
    private final ReferenceDevice device;
    private boolean closed;

    ReferenceLowering(ReferenceDevice device) {
        this.device = device;
    }

    private void check() {
        device.check();
        if (closed) {
            throw new IllegalStateException("the program of device " + device.name() + " is closed");
        }
    }

    @Override
    public List<LayoutPolicy> layouts() {
        return List.of(LayoutPolicy.CHANNELS_LAST); // never asked of a kernel here: all of them are row-major
    }

    @Override
    public String environment() {
        return device.name();
    }

    @Override
    public Optional<Path> cacheFolder() {
        return Optional.empty(); // there is one candidate of everything
    }

    /** One node, one region: the oracle merges nothing. */
    @Override
    public List<Region> regions(Graph graph) {
        return graph.nodes().stream().map(this::single).toList();
    }

    @Override
    public Region single(Node node) {
        return Region.of(node, _ -> List.of(Candidate.only(() -> plan(node))));
    }

    private KernelPlan plan(Node node) {
        check();
        if (device.supports(node.op(), node.inputTypes()) instanceof Support.No(String reason)) {
            throw new UnsupportedOperationOnDevice(device.name(), node.name(), node.op().name(), reason);
        }
        return new ReferencePlan(this, node.op(), node.inputTypes(), node.outputs().stream().map(Value::type).toList());
    }

    @Override
    public KernelPlan reorder(TensorType type, Layout from, Layout to) {
        check();
        return new ReorderPlan(this, new Reorder(type, from, to));
    }

    /** A kernel that runs only on the device's thread and only while this is open, as a native one would have to. */
    Kernel guarded(Kernel kernel) {
        return () -> {
            check();
            kernel.run();
        };
    }

    @Override
    public void close() {
        closed = true;
    }
}
