package dev.gatun.bench;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** One tensor of parameters with its gradient: the fewest calls that PyTorch's loops over tensors can need. */
final class PytorchTensors implements AutoCloseable {
    private final Tensor parameters;
    private final Tensor gradients;
    private final TensorVector all;

    PytorchTensors(long elements) {
        torch.set_num_threads(Runtime.getRuntime().availableProcessors());
        parameters = torch.ones(elements).mul_(new Scalar(OptimizerRule.WEIGHT)).set_requires_grad(true);
        gradients = torch.ones(elements).mul_(new Scalar(OptimizerRule.GRADIENT));
        parameters.mutable_grad().put(gradients);
        all = new TensorVector(parameters);
    }

    TensorVector all() {
        return all;
    }

    /** Takes the weights for the gradients, which are those of half the sum of their squares. */
    void descend() {
        gradients.copy_(parameters.data());
    }

    /** The parameters' memory. */
    @SuppressWarnings("restricted") // a view of as many elements as the tensor has
    MemorySegment memory() {
        try (FloatPointer data = parameters.data_ptr_float()) {
            return MemorySegment.ofAddress(data.address()).reinterpret(parameters.numel() * Float.BYTES);
        }
    }

    @Override
    public void close() {
        all.close();
        gradients.close();
        parameters.close();
    }
}
