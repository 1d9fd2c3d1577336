package dev.gatun.bench.experiment;

import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.WrappedImages;
import java.util.stream.IntStream;

/** The images of a data set but those of one class, which stays among the classes. */
final class WithoutClass extends WrappedImages {
    private final int[] kept;

    /** Takes all images that have another label; this owns the data set. */
    WithoutClass(ImageDataset all, int label) {
        super(all);
        kept = IntStream.range(0, all.size()).filter(i -> all.label(i) != label).toArray();
    }

    @Override
    public int size() {
        return kept.length;
    }

    @Override
    public int label(int index) {
        return source.label(kept[index]);
    }

    @Override
    public String imageName(int index) {
        return source.imageName(kept[index]);
    }

    @Override
    public void read(int index, byte[] pixels) {
        source.read(kept[index], pixels);
    }
}
