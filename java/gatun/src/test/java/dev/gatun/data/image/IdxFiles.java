package dev.gatun.data.image;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes IDX files, also wrong ones. */
final class IdxFiles {
    static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
    static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
    static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
    static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

    private IdxFiles() {}

    /** Six training and two test images of 2 x 3, three classes; pixel {@code p} of image {@code i} is 10 i + p. */
    static void writeGood(Path folder, String suffix) throws IOException {
        write(folder.resolve(TRAIN_IMAGES + suffix), 0x803, images(6), 6, 2, 3);
        write(folder.resolve(TRAIN_LABELS + suffix), 0x801, new byte[] {0, 1, 2, 2, 1, 0}, 6);
        write(folder.resolve(TEST_IMAGES + suffix), 0x803, images(2), 2, 2, 3);
        write(folder.resolve(TEST_LABELS + suffix), 0x801, new byte[] {1, 2}, 2);
    }

    static byte[] images(int count) {
        byte[] images = new byte[count * 6];
        for (int i = 0; i < images.length; i++) {
            images[i] = (byte) (i / 6 * 10 + i % 6);
        }
        return images;
    }

    static void write(Path file, int magic, byte[] data, int... dimensions) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(magic);
        for (int dimension : dimensions) {
            out.writeInt(dimension);
        }
        out.write(data);
        boolean packed = file.toString().endsWith(".gz");
        try (OutputStream target = Files.newOutputStream(file);
                OutputStream packer = packed ? new GZIPOutputStream(target) : target) {
            packer.write(bytes.toByteArray());
        }
    }
}
