package dev.gatun.engine;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Region;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.shape.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One kernel of a program that is being compiled.
 *
 * @param stage   when it runs
 * @param label   the layer it belongs to
 * @param region  what it computes; null for a reorder
 * @param plan    the chosen implementation
 * @param inputs  tensors it reads
 * @param outputs tensors it writes
 */
record Step(
        Stage stage, String label, @Nullable Region region, KernelPlan plan, List<Tensor> inputs,
        List<Tensor> outputs) {

    /** The parts of a program, in the order they run. */
    enum Stage {
        /** Brings parameters into the layouts that kernels want. Needed after each update. */
        PREPACK,
        /** Computes outputs from inputs. */
        FORWARD,
        /** Computes the gradients. */
        BACKWARD,
        /** Updates the running statistics of normalisations. */
        RUNNING_STATISTICS;

        static Stage of(Node.Phase phase) {
            return switch (phase) {
                case FORWARD -> FORWARD;
                case BACKWARD -> BACKWARD;
                case RUNNING_STATISTICS -> RUNNING_STATISTICS;
            };
        }
    }

    String operation() {
        return region == null ? "reorder" : region.operation();
    }

    long flops() {
        return region == null ? 0 : region.flops();
    }

    /** Bytes read and written at least once. */
    long bytes() {
        return inputs.stream().mapToLong(tensor -> tensor.stored().bytes()).sum()
                + outputs.stream().mapToLong(tensor -> tensor.stored().bytes()).sum();
    }

    /** A value in one layout: the value itself or a reordered copy. Compared by identity. */
    static final class Tensor {
        private final Value value;
        private final Stored stored;

        Tensor(Value value, Stored stored) {
            this.value = value;
            this.stored = stored;
        }

        Value value() {
            return value;
        }

        Stored stored() {
            return stored;
        }
    }
}
