package dev.gatun.fuzz;

import dev.gatun.io.CheckpointException;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.Safetensors;
import dev.gatun.io.SafetensorsFile;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Files of safetensors: each tensor is as long as its type, and read whole. */
public final class SafetensorsTarget implements FuzzTarget {
    private final ScratchFile scratch = new ScratchFile();

    @Override
    public void read(byte[] input) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(scratch.holding("x.safetensors", input))) {
            for (String name : file.names()) {
                file.type(name);
            }
        }
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(CheckpointException.class);
    }

    private static NamedTensor tensor(String name, DType dtype, long... extents) {
        TensorType type = new TensorType(dtype, Shape.of(extents));
        return new NamedTensor(name, type, MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes())]));
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        Path several = scratch.folder().resolve("several");
        Safetensors.write(several, List.of(tensor("conv.weight", DType.F32, 2, 3), tensor("n", DType.I64),
                tensor("none", DType.BF16, 0)), Map.of("format", "pt"));
        Path none = scratch.folder().resolve("none");
        Safetensors.write(none, List.of(), Map.of());
        return List.of(Files.readAllBytes(several), Files.readAllBytes(none));
    }

    @Override
    public void close() {
        scratch.delete();
    }
}
