package dev.gatun.data.image;

/** The images to train on and those to test on: equal in size, channels and classes. */
public record DataSplit(ImageDataset train, ImageDataset test) implements AutoCloseable {
    @Override
    public void close() {
        try (test) {
            train.close();
        }
    }
}
