package dev.gatun.reference.kernel;

import dev.gatun.op.Slide;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A tensor {@code (N, C, spatial...)} of 1 to 3 spatial axes with all three: those that it lacks come first, with an
 * extent of 1. So one loop serves convolutions and pooling of every kind.
 */
record Volume(Tensor tensor, long batch, long channels, long depth, long height, long width) {
    private static final int AXES = 3;

    static Volume of(Tensor tensor) {
        long[] spatial = extents(Arrays.copyOfRange(tensor.shape().extents(), 2, tensor.shape().rank()));
        return new Volume(tensor, tensor.extent(0), tensor.extent(1), spatial[0], spatial[1], spatial[2]);
    }

    /** Extents of a window with those that it lacks. */
    static long[] extents(long[] given) {
        long[] extents = new long[AXES];
        Arrays.fill(extents, 1);
        System.arraycopy(given, 0, extents, AXES - given.length, given.length);
        return extents;
    }

    /** How a window moves along all three axes. */
    static Slide[] slides(List<Slide> given) {
        List<Slide> slides = new ArrayList<>(Collections.nCopies(AXES - given.size(), Slide.PLAIN));
        slides.addAll(given);
        return slides.toArray(Slide[]::new);
    }

    /** Elements of a channel of an image. */
    long image() {
        return depth * height * width;
    }

    /** The index of an element. */
    long at(long n, long c, long d, long h, long w) {
        return at(n, c) + position(d, h, w);
    }

    /** The index of the first element of a channel of an image. */
    long at(long n, long c) {
        return (n * channels + c) * image();
    }

    /** The index of an element in its image. */
    long position(long d, long h, long w) {
        return (d * height + h) * width + w;
    }

    /** What is done at each element. */
    @FunctionalInterface
    interface Visitor {
        void visit(long n, long c, long d, long h, long w);
    }

    /** Visits all elements in row-major order. */
    void forEach(Visitor visitor) {
        for (long n = 0; n < batch; n++) {
            for (long c = 0; c < channels; c++) {
                for (long d = 0; d < depth; d++) {
                    for (long h = 0; h < height; h++) {
                        for (long w = 0; w < width; w++) {
                            visitor.visit(n, c, d, h, w);
                        }
                    }
                }
            }
        }
    }

    static boolean inside(long position, long extent) {
        return position >= 0 && position < extent;
    }
}
