package dev.gatun.data.image;

import java.util.OptionalInt;

/** Images of another data set, which it owns, brought to another size. */
final class ResizedImages extends WrappedImages {
    private final CentreResize resize;

    ResizedImages(ImageDataset source, CentreResize resize) {
        super(source);
        this.resize = resize;
    }

    @Override
    public int height() {
        return resize.size();
    }

    @Override
    public int width() {
        return resize.size();
    }

    @Override
    public OptionalInt resized() {
        return OptionalInt.of(resize.size());
    }

    @Override
    public void read(int index, byte[] pixels) {
        byte[] whole = new byte[source.imageBytes()];
        source.read(index, whole);
        resize.apply(whole, new ImageSize(source.height(), source.width()), source.channels(), pixels);
    }
}
