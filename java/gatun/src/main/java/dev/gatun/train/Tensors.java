package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.FloatArrays;
import dev.gatun.engine.Program;
import dev.gatun.graph.Value;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Inputs and outputs of a program as row-major arrays. */
final class Tensors implements AutoCloseable {
    private final Device device;
    private final Map<String, Tensor> inputs = new HashMap<>();
    private final Map<String, Tensor> outputs = new HashMap<>();
    private final List<Buffer> owned = new ArrayList<>();

    /** @param plain where it lies row-major on its way; null where it lies so in the program */
    private record Tensor(String name, TensorType type, Buffer memory, @Nullable Buffer plain) {}

    Tensors(Device device, Program program) {
        this.device = device;
        boolean complete = false;
        try {
            for (Value input : program.graph().inputs()) {
                inputs.put(input.name(), tensor("input", input.name(), input.type(), program.input(input.name())));
            }
            program.graph().outputs().forEach((name, value) ->
                    outputs.put(name, tensor("output", name, value.type(), program.output(name))));
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private Tensor tensor(String what, String name, TensorType type, Buffer memory) {
        boolean isPlain = Layout.atTheEdge(type.shape()).sameLayout(type.shape(), Layout.rowMajor(type.shape()));
        Buffer plain = isPlain ? null : device.allocate(Role.STAGING, "row-major " + name, type.bytes());
        if (plain != null) {
            owned.add(plain);
        }
        return new Tensor(what + " \"" + name + "\"", type, memory, plain);
    }

    private static Tensor find(Map<String, Tensor> tensors, String what, String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("there is no " + what + " \"" + name + "\", only " + tensors.keySet());
        }
        return tensor;
    }

    void set(String input, float @Nullable [] values) {
        float[] given = present(input, values);
        write(input, DType.F32, given.length, MemorySegment.ofArray(given));
    }

    void fill(String input, DoubleSupplier values) {
        float[] drawn = new float[Math.toIntExact(find(inputs, "input", input).type.shape().elements())];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = (float) values.getAsDouble();
        }
        set(input, drawn);
    }

    void set(String input, int @Nullable [] values) {
        int[] given = present(input, values);
        write(input, DType.I32, given.length, MemorySegment.ofArray(given));
    }

    void set(String input, @Nullable MemorySegment values) {
        MemorySegment given = present(input, values);
        Tensor tensor = find(inputs, "input", input);
        if (given.byteSize() != tensor.type.bytes()) {
            throw new IllegalArgumentException(tensor.name + " takes " + tensor.type + ", which is "
                    + tensor.type.bytes() + " bytes, got " + given.byteSize());
        }
        write(tensor, given);
    }

    /** From code that is not checked for nulls. */
    private <T> T present(String input, @Nullable T values) {
        if (values == null) {
            Tensor tensor = find(inputs, "input", input);
            throw new IllegalArgumentException(tensor.name + " takes " + tensor.type + ", got null");
        }
        return values;
    }

    private void write(String input, DType dtype, long elements, MemorySegment values) {
        Tensor tensor = find(inputs, "input", input);
        if (tensor.type.dtype() != dtype || tensor.type.shape().elements() != elements) {
            throw new IllegalArgumentException(
                    tensor.name + " takes " + tensor.type + ", got " + new TensorType(dtype, Shape.of(elements))
                    + (tensor.type.dtype() == dtype ? "" : ": a MemorySegment sets an input of any type"));
        }
        write(tensor, values);
    }

    private void write(Tensor tensor, MemorySegment values) {
        Buffer plain = tensor.plain;
        device.upload(values, plain == null ? tensor.memory : plain);
        if (plain != null) {
            device.reorder(tensor.type, plain, Layout.rowMajor(tensor.type.shape()), tensor.memory,
                    Layout.atTheEdge(tensor.type.shape()));
        }
        device.stream().synchronize(); // the array is the caller's again
    }

    void set(String input, Tensors others, String output) {
        Tensor target = find(inputs, "input", input);
        Tensor source = find(others.outputs, "output", output);
        if (!source.type.equals(target.type)) {
            throw new IllegalArgumentException(target.name + " takes " + target.type + ", but " + source.name + " is "
                    + source.type);
        }
        if (!device.equals(others.device)) {
            throw new IllegalArgumentException(target.name + " and " + source.name
                    + " are on two devices: read one, set the other");
        }
        device.copy(source.memory, target.memory);
    }

    float[] read(String output) {
        Tensor tensor = find(outputs, "output", output);
        if (tensor.type.dtype() == DType.F32) {
            float[] values = new float[Math.toIntExact(tensor.type.shape().elements())];
            read(tensor, MemorySegment.ofArray(values));
            return values;
        }
        MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(tensor.type.bytes())]);
        read(tensor, bytes);
        return FloatArrays.read(bytes, tensor.type.dtype());
    }

    private void read(Tensor tensor, MemorySegment values) {
        Buffer plain = tensor.plain;
        if (plain != null) {
            device.reorder(tensor.type, tensor.memory, Layout.atTheEdge(tensor.type.shape()), plain,
                    Layout.rowMajor(tensor.type.shape()));
        }
        device.download(plain == null ? tensor.memory : plain, values);
        device.stream().synchronize();
    }

    @Override
    public void close() {
        Closing.inReverse(owned);
        owned.clear();
    }
}
