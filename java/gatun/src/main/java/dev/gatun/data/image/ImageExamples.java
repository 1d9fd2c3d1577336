package dev.gatun.data.image;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.gatun.data.Batch;
import dev.gatun.data.DataException;
import dev.gatun.data.Dataset;
import dev.gatun.data.Field;
import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.pixel.Mixing;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Images as examples of two fields: augmented and normalised pixels, {@link #IMAGES}, f32
 * {@code (channels, height, width)} stored channels last, and labels, {@link #LABELS}, i32; and of two more where they
 * are asked for, {@link #TARGETS} and {@link #WEIGHTS}. Does not close the images.
 */
public final class ImageExamples implements Dataset {
    /** The name of the field of pixels. */
    public static final String IMAGES = "images";
    /** The name of the field of labels. */
    public static final String LABELS = "labels";

    /** The name of the field of distributions over the classes, f32 {@code (classes)}, of images that are mixed. */
    public static final String TARGETS = "targets";
    /** The name of the field of weights, f32 scalars. */
    public static final String WEIGHTS = "weights";

    private final ImageDataset images;
    private final Normalization normalization;
    private final List<Augmentation> augmentations;
    private final long seed;
    private final ImageSize size;
    private final List<Field> fields;
    private final IntUnaryOperator labels;
    private final Mixing mixing;
    private final int classes;
    private final float[] weights;

    /** Creates examples without augmentation. */
    public ImageExamples(ImageDataset images, Normalization normalization) {
        this(images, normalization, List.of(), 0);
    }

    /**
     * Creates augmented examples.
     *
     * @param augmentations transformations of each image, in this order
     * @param seed          with the epoch and the image, determines the augmentation
     * @throws IllegalArgumentException when normalisation, augmentations and images do not fit together
     */
    public ImageExamples(
            ImageDataset images, Normalization normalization, List<Augmentation> augmentations, long seed) {
        this(images, normalization, augmentations, seed, IntUnaryOperator.identity(), Mixing.NONE, images.classes(),
                new float[0]);
    }

    private ImageExamples(ImageDataset images, Normalization normalization, List<Augmentation> augmentations, long seed,
            IntUnaryOperator labels, Mixing mixing, int classes, float[] weights) {
        if (normalization.channels() != images.channels()) {
            throw new IllegalArgumentException("the normalization is for " + normalization.channels() + " channels, "
                    + images.name() + " has " + images.channels());
        }
        this.images = images;
        this.normalization = normalization;
        this.augmentations = List.copyOf(augmentations);
        this.seed = seed;
        this.labels = labels;
        this.mixing = mixing;
        this.classes = classes;
        this.weights = weights;
        this.size = Augmentation.resize(augmentations, input());
        List<Field> all = new ArrayList<>(List.of(
                new Field(IMAGES, TensorType.f32(images.channels(), size.height(), size.width())),
                new Field(LABELS, TensorType.i32())));
        if (mixing.isActive()) {
            all.add(new Field(TARGETS, TensorType.f32(classes)));
        }
        if (weights.length > 0) {
            all.add(new Field(WEIGHTS, TensorType.f32()));
        }
        this.fields = List.copyOf(all);
    }

    /**
     * Returns the same images under other labels.
     *
     * @param relabelling maps a label to the new one, from 0 on
     */
    public ImageExamples relabelled(IntUnaryOperator relabelling) {
        return new ImageExamples(images, normalization, augmentations, seed, labels.andThen(relabelling), mixing,
                classes, weights);
    }

    /**
     * Returns the same images, each mixed with another, and distributions over the classes as a third field. Labels
     * stay those of the image itself.
     *
     * @param newClasses number of classes of a distribution
     */
    public ImageExamples mixed(Mixing newMixing, int newClasses) {
        return new ImageExamples(images, normalization, augmentations, seed, labels, newMixing, newClasses, weights);
    }

    /** Returns the same images, each with the weight of its label, and of a mixture the mean, as another field. */
    public ImageExamples weighted(float... newWeights) {
        return new ImageExamples(images, normalization, augmentations, seed, labels, mixing, classes,
                newWeights.clone());
    }

    private ImageSize input() {
        return new ImageSize(images.height(), images.width());
    }

    /**
     * Returns this, if the images have the wanted size.
     *
     * @throws IllegalArgumentException if not
     */
    public ImageExamples ofSize(ImageSize wanted) {
        if (!size.equals(wanted)) {
            throw new IllegalArgumentException("the model takes images of " + wanted + ", but " + images.name()
                    + " has " + input() + ", which augmentation " + augmentations + " makes " + size);
        }
        return this;
    }

    @Override
    public String name() {
        return images.name();
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public List<Field> fields() {
        return fields;
    }

    @Override
    public Reader reader() {
        return new ImageReader();
    }

    /** Holds the scratch of one thread. */
    private final class ImageReader implements Reader {
        private final ImageTransform transform = new ImageTransform(input(), normalization, augmentations);
        private final SeededRandom random = new SeededRandom();
        private final byte[] pixels = new byte[images.imageBytes()];
        // On the heap, and copied in one piece: element-wise access to segments is several times slower.
        private final float[] image = new float[size.height() * size.width() * images.channels()];
        private final MemorySegment imageMemory = MemorySegment.ofArray(image);

        private final SeededRandom partners = new SeededRandom();
        private final float[] other = new float[mixing.isActive() ? image.length : 0];
        private final float[] target = new float[mixing.isActive() ? classes : 0];

        @Override
        public void read(int example, long epoch, Batch batch, int row) {
            int label = read(example, epoch, image);
            double share = 1;
            int partner = label;
            if (mixing.isActive()) {
                mixing.seeded(partners, seed, epoch, example);
                share = mixing.share(partners);
                partner = read(partners.nextInt(images.size()), epoch, other);
                share = mixing.mix(image, other, size.height(), size.width(), share, partners);
                Arrays.fill(target, 0);
                target[label] += (float) share;
                target[partner] += (float) (1 - share);
                MemorySegment.copy(MemorySegment.ofArray(target), 0, batch.tensor(2),
                        (long) row * classes * Float.BYTES, (long) classes * Float.BYTES);
            }
            MemorySegment.copy(imageMemory, 0, batch.tensor(0), row * imageMemory.byteSize(), imageMemory.byteSize());
            batch.tensor(1).setAtIndex(JAVA_INT, row, label);
            if (weights.length > 0) {
                batch.tensor(fields.size() - 1).setAtIndex(JAVA_FLOAT, row,
                        (float) (share * weights[label] + (1 - share) * weights[partner]));
            }
        }

        /** Augments and normalises an image; returns its label. */
        private int read(int example, long epoch, float[] result) {
            int label;
            try {
                images.read(example, pixels);
                label = labels.applyAsInt(images.label(example));
            } catch (DataException e) {
                throw e; // names its file already
            } catch (RuntimeException e) {
                throw new DataException(images.name(), "image " + example + " cannot be read: " + e, "see the cause",
                        e);
            }
            transform.apply(pixels, random.seed(seed, epoch, example), result, 0);
            return label;
        }
    }
}
