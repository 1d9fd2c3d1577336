package dev.gatun.data.image;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Images whose every byte follows from its place, and that run a given action when they are read. */
public record PatternImages(int size, int channels, int height, int width, IntConsumer onRead) implements ImageDataset {
    public PatternImages(int size, int channels, int height, int width) {
        this(size, channels, height, width, _ -> {});
    }

    public static int pixel(int image, int position) {
        return (image * 37 + position * 11) & 0xFF;
    }

    @Override
    public String name() {
        return "pattern";
    }

    @Override
    public int classes() {
        return 10;
    }

    @Override
    public List<String> classNames() {
        return IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    }

    @Override
    public int label(int index) {
        return index % 10;
    }

    @Override
    public void read(int index, byte[] pixels) {
        onRead.accept(index);
        for (int i = 0; i < imageBytes(); i++) {
            pixels[i] = (byte) pixel(index, i);
        }
    }

    @Override
    public void close() {}
}
