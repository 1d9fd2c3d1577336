package dev.gatun.engine;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Candidate;
import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Region;
import dev.gatun.graph.Node;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.shape.DType;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of {@link SumAcrossRanks}, which no backend has: they wait for the device and sum in host memory, where
 * the tensor lies there in place, elsewhere in a copy. Over one rank, the backend's own plan copies the tensor.
 */
final class AcrossRanks {
    private final Device device;
    private final @Nullable Collective collective;
    private final List<Buffer> staging = new ArrayList<>();
    private boolean alone;

    AcrossRanks(Device device, @Nullable Collective collective) {
        this.device = device;
        this.collective = collective != null && collective.ranks() > 1 ? collective : null;
    }

    /** The region with the plan that sums over several ranks, if it is such a sum; itself if not. */
    Region region(Region region) {
        Node node = region.nodes().getFirst();
        Collective ranks = collective;
        return ranks != null && node.op() instanceof SumAcrossRanks
                ? Region.of(node, _ -> List.of(Candidate.only(() -> plan(node, ranks)))) : region;
    }

    /** Whether later sums are this rank's tensors alone, as in a repetition of a pass that the others do not make. */
    void setAlone(boolean alone) {
        this.alone = alone;
    }

    /** The copies in host memory, which the caller closes. */
    List<Buffer> staging() {
        return staging;
    }

    private KernelPlan plan(Node node, Collective ranks) {
        if (node.output().type().dtype() != DType.F32) {
            throw new IllegalArgumentException("node " + node.name() + ": ranks sum f32, not " + node.output().type()
                    + ": cast it before");
        }
        return new SumPlan(Stored.rowMajor(node.output().type()), ranks);
    }

    /** Row-major, as the same element must lie at the same place on every rank. */
    private final class SumPlan implements KernelPlan {
        private final Stored stored;
        private final Collective ranks;

        SumPlan(Stored stored, Collective ranks) {
            this.stored = stored;
            this.ranks = ranks;
        }

        @Override
        public String implementation() {
            return "gatun:sum_across_ranks";
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
        public int inPlace(int output) {
            return 0;
        }

        @Override
        public Kernel bind(Binding binding) {
            Buffer in = binding.inputs().getFirst();
            Buffer out = binding.outputs().getFirst();
            return in instanceof HostBuffer from && out instanceof HostBuffer to
                    ? inPlace(from.segment(), to.segment()) : throughCopy(in, out);
        }

        private Kernel inPlace(MemorySegment in, MemorySegment out) {
            return () -> {
                device.stream().synchronize();
                MemorySegment.copy(in, 0, out, 0, stored.bytes());
                sum(out);
            };
        }

        private Kernel throughCopy(Buffer in, Buffer out) {
            HostBuffer copy = device.memory().allocate(Role.STAGING, "a sum across ranks", stored.bytes());
            staging.add(copy);
            MemorySegment segment = copy.segment();
            return () -> {
                device.download(in, segment);
                device.stream().synchronize();
                sum(segment);
                device.upload(segment, out); // done before the next download, which is behind it in the stream
            };
        }

        private void sum(MemorySegment values) {
            if (!alone) {
                ranks.sum(values, 0, stored.bytes());
            }
        }
    }
}
