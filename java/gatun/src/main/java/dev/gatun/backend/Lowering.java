package dev.gatun.backend;

import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;

/** Plans the kernels of one program and owns all that they need. Closing it releases everything at once. */
public interface Lowering extends AutoCloseable {
    /**
     * Chooses an implementation.
     *
     * @throws UnsupportedOperationOnDevice when there is none
     */
    KernelPlan plan(KernelRequest request);

    /** A kernel that copies its input into another order. */
    KernelPlan reorder(TensorType type, Layout from, Layout to);

    @Override
    void close();
}
