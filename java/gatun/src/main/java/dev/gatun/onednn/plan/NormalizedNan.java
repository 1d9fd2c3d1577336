package dev.gatun.onednn.plan;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/**
 * The watch on a batch normalisation of {@code x, scale, shift, ...} with a ReLU: a NaN of the images, or one that an
 * infinite or NaN number of a channel makes, stays in that channel.
 *
 * @param epsilon  of the normalisation
 * @param computed whether mean and variance are outputs 1 and 2, those of the images, rather than inputs 3 and 4
 */
public record NormalizedNan(double epsilon, boolean computed) implements NanWatch {
    @Override
    public Kernel watched(Kernel primitive, PrimitivePlan plan, HostBinding binding, MemorySegment word) {
        MemorySegment[] numbers = {NanWatch.exactly(binding.inputs().get(1), plan.inputs().get(1)),
            NanWatch.exactly(binding.inputs().get(2), plan.inputs().get(2)),
            computed ? NanWatch.exactly(binding.outputs().get(1), plan.outputs().get(1))
                    : NanWatch.exactly(binding.inputs().get(3), plan.inputs().get(3)),
            computed ? NanWatch.exactly(binding.outputs().get(2), plan.outputs().get(2))
                    : NanWatch.exactly(binding.inputs().get(4), plan.inputs().get(4))};
        MemorySegment source = NanWatch.exactly(binding.inputs().getFirst(), plan.inputs().getFirst());
        MemorySegment result = NanWatch.exactly(binding.outputs().getFirst(), plan.outputs().getFirst());
        if (computed) { // a NaN of the images is one of their statistics
            return () -> {
                primitive.run();
                if (isAnyNonFinite(numbers, word)) {
                    Planes images = Planes.of(plan.inputs().getFirst(), source);
                    set(Planes.of(plan.outputs().getFirst(), result), lost(images, numbers));
                }
            };
        }
        return () -> {
            BitSet[] lost = null;
            if (isAnyNonFinite(numbers, word) || NanWatch.firstNonFinite(source, word) >= 0) {
                lost = lost(Planes.of(plan.inputs().getFirst(), source), numbers);
            }
            primitive.run();
            if (lost != null) {
                set(Planes.of(plan.outputs().getFirst(), result), lost);
            }
        };
    }

    private static boolean isAnyNonFinite(MemorySegment[] numbers, MemorySegment word) {
        for (MemorySegment each : numbers) {
            if (NanWatch.firstNonFinite(each, word) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** The pixels of each channel of each image, {@code (images, channels)}, whose result is NaN before the ReLU. */
    private BitSet[] lost(Planes images, MemorySegment[] numbers) {
        int channels = Math.toIntExact(images.channels());
        BitSet[] lost = new BitSet[Math.toIntExact(images.images() * channels)];
        for (int plane = 0; plane < lost.length; plane++) {
            int channel = plane % channels;
            float scale = numbers[0].getAtIndex(ValueLayout.JAVA_FLOAT, channel);
            float shift = numbers[1].getAtIndex(ValueLayout.JAVA_FLOAT, channel);
            float mean = numbers[2].getAtIndex(ValueLayout.JAVA_FLOAT, channel);
            float variance = numbers[3].getAtIndex(ValueLayout.JAVA_FLOAT, channel);
            float factor = scale / (float) Math.sqrt(variance + epsilon);
            long base = images.base(plane / channels, channel);
            lost[plane] = new BitSet();
            for (int i = 0; i < images.pixels().length; i++) {
                if (Float.isNaN((images.get(base + images.pixels()[i]) - mean) * factor + shift)) {
                    lost[plane].set(i);
                }
            }
        }
        return lost;
    }

    private static void set(Planes result, BitSet[] lost) {
        int channels = Math.toIntExact(result.channels());
        for (int plane = 0; plane < lost.length; plane++) {
            long base = result.base(plane / channels, plane % channels);
            lost[plane].stream().forEach(i -> result.setNan(base + result.pixels()[i]));
        }
    }
}
