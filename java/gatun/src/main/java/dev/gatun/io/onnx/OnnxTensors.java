package dev.gatun.io.onnx;

import dev.gatun.graph.Variable;
import dev.gatun.io.NamedTensor;
import dev.gatun.shape.DType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The elements of a graph's variables, and tensors that are made of them and written beside them or in their place. */
final class OnnxTensors {
    private final Function<Variable, NamedTensor> tensors;
    private final Map<String, NamedTensor> made = new LinkedHashMap<>();

    OnnxTensors(Function<Variable, NamedTensor> tensors) {
        this.tensors = tensors;
    }

    NamedTensor of(Variable variable) {
        return tensors.apply(variable);
    }

    /** Returns whether a variable's elements can be read as f32. */
    boolean isReal(Variable variable) {
        return of(variable).type().dtype() == DType.F32;
    }

    /**
     * Returns the elements of a variable in f32, in row-major order.
     *
     * @throws OnnxException when they are more than an array holds
     */
    float[] elements(Variable variable) {
        NamedTensor tensor = of(variable);
        if (tensor.type().bytes() > Integer.MAX_VALUE) {
            throw new OnnxException(tensor.name() + " has " + tensor.type().bytes()
                    + " bytes, and what is written as integers less than 2 GiB: export it as safetensors");
        }
        return tensor.floats();
    }

    /** Adds a tensor once, and returns its name. */
    String add(NamedTensor tensor) {
        made.putIfAbsent(tensor.name(), tensor);
        return tensor.name();
    }

    /** Returns the tensors that were added. */
    Collection<NamedTensor> made() {
        return made.values();
    }
}
