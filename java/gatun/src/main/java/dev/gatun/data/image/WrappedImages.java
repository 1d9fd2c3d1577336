package dev.gatun.data.image;

import dev.gatun.data.ColorMode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Base class of data sets that modify another one, which they own; what a subclass does not override is delegated. */
public abstract class WrappedImages implements ImageDataset {
    /** The modified data set. */
    protected final ImageDataset source;

    /** Creates a view of a data set, which this closes. */
    protected WrappedImages(ImageDataset source) {
        this.source = source;
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public int classes() {
        return source.classes();
    }

    @Override
    public List<String> classNames() {
        return source.classNames();
    }

    @Override
    public int channels() {
        return source.channels();
    }

    @Override
    public int height() {
        return source.height();
    }

    @Override
    public int width() {
        return source.width();
    }

    @Override
    public OptionalInt resized() {
        return source.resized();
    }

    @Override
    public Optional<ColorMode> converted() {
        return source.converted();
    }

    @Override
    public String imageName(int index) {
        return source.imageName(index);
    }

    @Override
    public int label(int index) {
        return source.label(index);
    }

    @Override
    public String digest() {
        return source.digest();
    }

    @Override
    public void read(int index, byte[] pixels) {
        source.read(index, pixels);
    }

    @Override
    public void close() {
        source.close();
    }
}
