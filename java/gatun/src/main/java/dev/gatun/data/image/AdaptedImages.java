package dev.gatun.data.image;

import dev.gatun.data.ColorMode;
import dev.gatun.data.image.decode.PixelBytes;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Images of another data set, which it owns, brought to other channels, and then to another size. */
final class AdaptedImages extends WrappedImages {
    private final ColorMode color;
    private final @Nullable CentreResize resize;

    AdaptedImages(ImageDataset source, ColorMode color, @Nullable CentreResize resize) {
        super(source);
        this.color = color;
        this.resize = resize;
    }

    @Override
    public int channels() {
        return color.channels(source.channels());
    }

    @Override
    public int height() {
        return resize == null ? source.height() : resize.size();
    }

    @Override
    public int width() {
        return resize == null ? source.width() : resize.size();
    }

    @Override
    public OptionalInt resized() {
        return resize == null ? OptionalInt.empty() : OptionalInt.of(resize.size());
    }

    @Override
    public Optional<ColorMode> converted() {
        return color == ColorMode.AUTO ? Optional.empty() : Optional.of(color);
    }

    @Override
    public void read(int index, byte[] pixels) {
        byte[] whole = new byte[source.imageBytes()];
        source.read(index, whole);
        byte[] converted = resize == null ? pixels : new byte[source.height() * source.width() * channels()];
        PixelBytes.convert(whole, source.channels(), channels(), source.height() * source.width(), converted);
        if (resize != null) {
            resize.apply(converted, new ImageSize(source.height(), source.width()), channels(), pixels);
        }
    }
}
