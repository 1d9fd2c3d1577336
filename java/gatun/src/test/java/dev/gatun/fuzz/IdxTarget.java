package dev.gatun.fuzz;

import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.IdxFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** One of MNIST's files beside others that are valid; the first byte says which, and whether it is packed. */
public final class IdxTarget implements FuzzTarget {
    private static final List<String> NAMES = List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte");
    private static final byte[] IMAGES = ByteBuffer.allocate(16 + 2 * 4).putInt(0x0803).putInt(2).putInt(2).putInt(2)
            .array();
    private static final byte[] LABELS = ByteBuffer.allocate(8 + 2).putInt(0x0801).putInt(2).put((byte) 1).array();

    private final ScratchFile scratch = new ScratchFile();

    /** Writes the files that stay. */
    public IdxTarget() throws IOException {
        scratch.holding("t10k-images-idx3-ubyte", IMAGES);
        scratch.holding("t10k-labels-idx1-ubyte", LABELS);
    }

    @Override
    public void read(byte[] input) throws IOException {
        int kind = input.length == 0 ? 0 : input[0] & 3;
        String name = NAMES.get(kind & 1) + (kind > 1 ? ".gz" : "");
        String other = NAMES.get(1 - (kind & 1));
        scratch.holding(other, (kind & 1) == 0 ? LABELS : IMAGES);
        try {
            scratch.holding(name, Arrays.copyOfRange(input, Math.min(1, input.length), input.length));
            try (DataSplit split = IdxFolder.open(scratch.folder(), DataOptions.defaults())) {
                Inputs.same(2, split.train().size());
            }
        } finally {
            Files.deleteIfExists(scratch.folder().resolve(name));
        }
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(DataException.class);
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        return List.of(after(0, IMAGES), after(1, LABELS), after(2, packed(IMAGES)), after(3, packed(LABELS)));
    }

    private static byte[] after(int kind, byte[] file) {
        return ByteBuffer.allocate(1 + file.length).put((byte) kind).put(file).array();
    }

    private static byte[] packed(byte[] file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream packing = new GZIPOutputStream(bytes)) {
            packing.write(file);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        scratch.delete();
    }
}
