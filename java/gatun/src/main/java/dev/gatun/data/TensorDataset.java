package dev.gatun.data;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A data set in memory: arrays, or segments of any origin, of one row-major tensor per field, one example after the
 * other. It reads the given memory without copying it; segments remain the caller's. Immutable.
 */
public final class TensorDataset implements Dataset {
    private record Tensor(Field field, MemorySegment memory) {}

    private final String name;
    private final int size;
    private final List<Tensor> tensors;

    private TensorDataset(String name, int size, List<Tensor> tensors) {
        this.name = name;
        this.size = size;
        this.tensors = List.copyOf(tensors);
    }

    /**
     * Returns a data set of {@code size} examples without fields.
     *
     * @param name descriptive name
     */
    public static TensorDataset of(String name, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("data set " + name + " needs at least one example, got " + size);
        }
        return new TensorDataset(name, size, List.of());
    }

    /**
     * Returns a copy with one more field of f32.
     *
     * @param shape shape of one example; none for a scalar
     */
    public TensorDataset with(String field, float[] values, long... shape) {
        return with(new Field(field, TensorType.f32(shape)), MemorySegment.ofArray(values));
    }

    /**
     * Returns a copy with one more field of i32.
     *
     * @param shape shape of one example; none for a scalar, such as a class
     */
    public TensorDataset with(String field, int[] values, long... shape) {
        return with(new Field(field, new TensorType(DType.I32, Shape.of(shape))), MemorySegment.ofArray(values));
    }

    /**
     * Returns a copy with one more field.
     *
     * @param values the field of all examples, row-major; a shape of three dimensions is that of an image,
     *               {@code (C, H, W)}
     * @throws IllegalArgumentException when the memory has another size or is confined to a thread, or the name is
     *                                  taken
     */
    public TensorDataset with(Field field, MemorySegment values) {
        if (tensors.stream().anyMatch(tensor -> tensor.field.name().equals(field.name()))) {
            throw new IllegalArgumentException("data set " + name + " already has a field \"" + field.name() + "\"");
        }
        long wanted = field.type().bytes() * size;
        if (values.byteSize() != wanted) {
            throw new IllegalArgumentException("field " + field + " of " + size + " examples takes " + wanted
                    + " bytes, got " + values.byteSize());
        }
        if (!values.isAccessibleBy(new Thread(() -> {}))) {
            throw new IllegalArgumentException("field " + field
                    + " lies in memory that only one thread may read, and batches"
                    + " are made on others: use Arena.ofShared or Arena.ofAuto");
        }
        List<Tensor> more = new ArrayList<>(tensors);
        more.add(new Tensor(field, values.asReadOnly()));
        return new TensorDataset(name, size, more);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<Field> fields() {
        return tensors.stream().map(Tensor::field).toList();
    }

    @Override
    public Reader reader() {
        return (example, _, batch, row) -> {
            for (int i = 0; i < tensors.size(); i++) {
                Tensor tensor = tensors.get(i);
                Shape shape = tensor.field.type().shape();
                long bytes = tensor.field.type().bytes();
                if (shape.rank() == 3) {
                    channelsLast(tensor, bytes * example, batch.tensor(i), bytes * row);
                } else {
                    MemorySegment.copy(tensor.memory, bytes * example, batch.tensor(i), bytes * row, bytes);
                }
            }
        };
    }

    private static void channelsLast(Tensor tensor, long from, MemorySegment target, long to) {
        Shape shape = tensor.field.type().shape();
        long element = tensor.field.type().dtype().bytes();
        long channels = shape.extent(0);
        long pixels = shape.elements() / channels;
        for (long pixel = 0; pixel < pixels; pixel++) {
            for (long channel = 0; channel < channels; channel++) {
                MemorySegment.copy(tensor.memory, from + (channel * pixels + pixel) * element,
                        target, to + (pixel * channels + channel) * element, element);
            }
        }
    }
}
