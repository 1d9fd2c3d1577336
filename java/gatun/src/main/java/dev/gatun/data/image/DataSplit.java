package dev.gatun.data.image;

/** Training and test images, equal in size, channels and classes. */
public record DataSplit(ImageDataset train, ImageDataset test) implements AutoCloseable {
    @Override
    public void close() {
        try (test) {
            train.close();
        }
    }
}
