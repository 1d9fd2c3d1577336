package dev.gatun.io;

import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Off-heap tensors of random bytes for tests, all given back on close. */
public final class Tensors implements AutoCloseable {
    private final MemoryBudget budget = MemoryBudget.unlimited();
    private final List<HostBuffer> slabs = new ArrayList<>();
    private final Random random;

    Tensors(long seed) {
        this.random = new Random(seed);
    }

    MemorySegment segment(long bytes) {
        HostBuffer slab = budget.allocate(Role.PARAMETERS, "test", bytes);
        slabs.add(slab);
        return slab.segment();
    }

    NamedTensor tensor(String name, DType dtype, long... extents) {
        TensorType type = new TensorType(dtype, Shape.of(extents));
        MemorySegment data = segment(type.bytes());
        for (long i = 0; i < data.byteSize(); i++) {
            data.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        return new NamedTensor(name, type, data);
    }

    byte[] read(SafetensorsFile file, String name) {
        MemorySegment data = segment(file.type(name).bytes());
        file.read(name, data);
        return data.toArray(ValueLayout.JAVA_BYTE);
    }

    /** The same through the heap, where a test reads very often. */
    static byte[] readToHeap(SafetensorsFile file, String name) {
        byte[] bytes = new byte[(int) file.type(name).bytes()];
        file.read(name, MemorySegment.ofArray(bytes));
        return bytes;
    }

    /** All that a tensor gives. */
    public static byte[] bytes(NamedTensor tensor) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            tensor.data().writeTo(piece -> bytes.write(piece.toArray(ValueLayout.JAVA_BYTE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Names in a folder, sorted. */
    public static List<String> names(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many files of a folder this process holds open. */
    public static long openFiles(Path folder) throws IOException {
        String prefix = folder.toRealPath().toString();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(link -> {
                try {
                    return Files.readSymbolicLink(link).toString().startsWith(prefix);
                } catch (IOException e) {
                    return false; // closed meanwhile: the listing's own
                }
            }).count();
        }
    }

    @Override
    public void close() {
        slabs.forEach(HostBuffer::close);
    }
}
