package dev.gatun.onednn.plan;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.op.Slide;
import dev.gatun.op.Window;
import dev.gatun.shape.Shape;
import java.lang.foreign.MemorySegment;

/**
 * The watch on max pooling in f32, whose maximum drops a NaN now and then: every window that holds one is NaN.
 *
 * @param window what is pooled
 */
public record PooledNan(Window window) implements NanWatch {
    @Override
    public Kernel watched(Kernel primitive, PrimitivePlan plan, HostBinding binding, MemorySegment word) {
        MemorySegment source = NanWatch.exactly(binding.inputs().getFirst(), plan.inputs().getFirst());
        MemorySegment result = NanWatch.exactly(binding.outputs().getFirst(), plan.outputs().getFirst());
        return () -> {
            primitive.run();
            if (NanWatch.firstNonFinite(source, word) >= 0) {
                keep(Planes.of(plan.inputs().getFirst(), source), Planes.of(plan.outputs().getFirst(), result));
            }
        };
    }

    private void keep(Planes images, Planes results) {
        for (long image = 0; image < images.images(); image++) {
            for (long channel = 0; channel < images.channels(); channel++) {
                long base = images.base(image, channel);
                long target = results.base(image, channel);
                for (int i = 0; i < images.pixels().length; i++) {
                    if (Float.isNaN(images.get(base + images.pixels()[i]))) {
                        setWindows(images.stored().type().shape(), results, target, i, 0, 0);
                    }
                }
            }
        }
    }

    /**
     * Sets the windows that hold a pixel: those along one axis, for each of those along the axes before.
     *
     * @param pixel   in row-major order
     * @param windows those along the axes before, in row-major order
     */
    private void setWindows(Shape images, Planes results, long target, long pixel, int axis, long windows) {
        if (axis == window.axes().size()) {
            results.setNan(target + results.pixels()[Math.toIntExact(windows)]);
            return;
        }
        long inner = 1;
        for (int i = axis + 3; i < images.rank(); i++) {
            inner *= images.extent(i);
        }
        long position = pixel / inner % images.extent(axis + 2);
        Slide slide = window.axes().get(axis).slide();
        long reach = slide.reach(window.axes().get(axis).size());
        long count = results.stored().type().shape().extent(axis + 2);
        long first = Math.max(0, Math.ceilDiv(position + slide.before() - reach + 1, slide.stride()));
        for (long each = first; each < count && slide.start(each) <= position; each++) {
            if ((position - slide.start(each)) % slide.dilation() == 0) {
                setWindows(images, results, target, pixel, axis + 1, windows * count + each);
            }
        }
    }
}
