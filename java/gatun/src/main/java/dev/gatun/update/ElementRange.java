package dev.gatun.update;

import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range of slab elements governed by one group of hyper-parameters.
 *
 * @param begin  first element
 * @param end    one past the last element
 * @param group  index of the group
 * @param tensor type and layout of the tensor there, of {@code end - begin} elements; null for elements without
 *               structure
 * @param shape  the tensor's shape for rules of whole tensors: that which it is stored under, or another with the same
 *               row-major sequence of elements and the first extent a product of leading ones; null without a tensor
 */
public record ElementRange(long begin, long end, int group, @Nullable Stored tensor, @Nullable Shape shape) {
    public ElementRange {
        if ((tensor == null) != (shape == null)
                || (tensor != null && shape != null && shape.elements() != tensor.type().shape().elements())) {
            throw new IllegalArgumentException("a tensor and its shape wanted, or neither, got " + tensor + " as "
                    + shape);
        }
        if (tensor != null && tensor.elements() != end - begin) {
            throw new IllegalArgumentException("a tensor of " + tensor.elements()
                    + " elements, padding included, does not"
                    + " fill the range from " + begin + " to " + end);
        }
    }

    /** Creates a range of elements without structure. */
    public ElementRange(long begin, long end, int group) {
        this(begin, end, group, null, null);
    }

    /** Creates a range of a tensor of the shape that it is stored under. */
    public ElementRange(long begin, long end, int group, Stored tensor) {
        this(begin, end, group, tensor, tensor.type().shape());
    }

    /** Returns the range of a whole tensor. */
    public static ElementRange of(long begin, Stored tensor, int group) {
        return new ElementRange(begin, begin + tensor.elements(), group, tensor);
    }

    /**
     * Returns the range of a whole tensor whose shape differs from that which it is stored under, such as weights of
     * groups.
     */
    public static ElementRange of(long begin, Stored tensor, Shape shape, int group) {
        return new ElementRange(begin, begin + tensor.elements(), group, tensor, shape);
    }

    /** Returns the number of elements. */
    public long length() {
        return end - begin;
    }

    /** Returns the range with indices relative to {@code first}, in another group. */
    public ElementRange within(long first, int newGroup) {
        return new ElementRange(begin - first, end - first, newGroup, tensor, shape);
    }

    /**
     * Checks the ranges of one slab.
     *
     * @throws IllegalArgumentException if one exceeds the slab, names no group or overlaps another
     */
    public static void check(List<ElementRange> ranges, int groups, long elements) {
        List<ElementRange> rising = new ArrayList<>(ranges);
        rising.sort(Comparator.comparingLong(ElementRange::begin).thenComparingLong(ElementRange::end));
        long free = 0;
        for (ElementRange range : rising) {
            if (range.begin < 0 || range.begin > range.end || range.end > elements
                    || range.group < 0 || range.group >= groups) {
                throw new IllegalArgumentException(
                        range + " does not fit a slab of " + elements + " elements and " + groups + " groups");
            }
            if (range.begin < free && range.begin < range.end) {
                throw new IllegalArgumentException(range + " overlaps another range");
            }
            free = Math.max(free, range.end);
        }
    }
}
