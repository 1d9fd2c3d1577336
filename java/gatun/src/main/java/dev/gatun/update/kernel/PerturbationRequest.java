package dev.gatun.update.kernel;

import dev.gatun.memory.Buffer;
import dev.gatun.shape.DType;
import java.util.List;

/**
 * The weight perturbation of sharpness-aware minimisation, over slabs of {@link dev.gatun.shape.DType#F32} of the same
 * length.
 *
 * @param parameters weights, updated in place
 * @param gradients  read
 * @param saved      receives the weights before the perturbation
 */
public record PerturbationRequest(
        Buffer parameters, Buffer gradients, Buffer saved, Sharpness sharpness) {
    public PerturbationRequest {
        List<UpdateBuffer> buffers = List.of(
                new UpdateBuffer("parameters", parameters, DType.F32, UpdateBuffer.Access.WRITTEN),
                new UpdateBuffer("gradients", gradients, DType.F32, UpdateBuffer.Access.READ),
                new UpdateBuffer("saved weights", saved, DType.F32, UpdateBuffer.Access.WRITTEN));
        if (parameters.bytes() != gradients.bytes() || parameters.bytes() != saved.bytes()) {
            throw new IllegalArgumentException("parameters of " + parameters.bytes() + " bytes, gradients of "
                    + gradients.bytes() + " and saved weights of " + saved.bytes() + ": all must have the same size");
        }
        for (int i = 1; i < buffers.size(); i++) {
            for (int j = 0; j < i; j++) {
                buffers.get(i).checkApart(buffers.get(j));
            }
        }
    }

    /** Returns the number of f32 elements in each slab. */
    public long elements() {
        return parameters.bytes() / Float.BYTES;
    }
}
