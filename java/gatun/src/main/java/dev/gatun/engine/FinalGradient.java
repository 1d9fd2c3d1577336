package dev.gatun.engine;

import dev.gatun.engine.Step.Tensor;
import dev.gatun.graph.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A range of the slab of gradients that a backward pass has written.
 *
 * @param kernel    the kernel that writes it last, counted from the first of the backward pass
 * @param firstByte where it begins in the slab
 * @param bytes     its size
 */
record FinalGradient(int kernel, long firstByte, long bytes) {
    /**
     * The ranges in the order in which they become final.
     *
     * @param kernels   what each kernel of the backward pass writes
     * @param gradients the tensor that holds the gradient by each parameter
     */
    static FinalGradient[] inOrder(
            List<List<Tensor>> kernels, Map<Value, Tensor> gradients, Variables variables) {
        Map<Tensor, Integer> writers = new HashMap<>();
        for (int i = 0; i < kernels.size(); i++) {
            for (Tensor tensor : kernels.get(i)) {
                writers.put(tensor, i);
            }
        }
        List<FinalGradient> found = new ArrayList<>();
        gradients.forEach((parameter, tensor) -> {
            Integer writer = writers.get(tensor);
            if (writer == null) {
                throw new IllegalStateException("no kernel of the backward pass writes the gradient by " + parameter);
            }
            Variables.Slot slot = variables.slot(parameter.name());
            found.add(new FinalGradient(writer, slot.offset(), slot.stored().bytes()));
        });
        found.sort(Comparator.comparingInt(FinalGradient::kernel)); // stable: in the parameters' order
        return found.toArray(FinalGradient[]::new);
    }
}
