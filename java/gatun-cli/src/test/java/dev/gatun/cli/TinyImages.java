package dev.gatun.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A data set in MNIST's files that is read and learnt in no time: 12x12, three classes, a bright band each. */
final class TinyImages {
    static final int TRAIN = 96;
    static final int TEST = 40;
    private static final int SIZE = 12;

    private TinyImages() {}

    static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        pair(folder, "train", TRAIN, 1);
        pair(folder, "t10k", TEST, 2);
        return folder;
    }

    private static void pair(Path folder, String split, int count, long seed) throws IOException {
        Random random = new Random(seed);
        ByteBuffer images = ByteBuffer.allocate(16 + count * SIZE * SIZE);
        images.putInt(0x0803).putInt(count).putInt(SIZE).putInt(SIZE);
        ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count);
        for (int i = 0; i < count; i++) {
            int label = i % 3;
            labels.put((byte) label);
            for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
                int band = pixel / SIZE / 4;
                images.put((byte) (random.nextInt(128) + (band == label ? 100 : 0)));
            }
        }
        Files.write(folder.resolve(split + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(split + "-labels-idx1-ubyte"), labels.array());
    }
}
