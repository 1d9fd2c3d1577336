package dev.gatun.shape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The loop nest of a kernel over a tensor without blocks: its dimensions by descending stride, without those of extent
 * 1, and with adjacent dimensions merged where every operand allows it.
 *
 * @param extents extents of the loops, at least one
 * @param strides strides of each operand in elements, along each loop; 0 where it is broadcast
 */
public record Loops(List<Long> extents, List<long[]> strides) {

    /** Returns the dimensions of a layout, outermost first, without those of extent 1. */
    public static List<Integer> dimensions(Shape shape, Layout layout) {
        long[] strides = layout.strides();
        return IntStream.range(0, shape.rank()).boxed().filter(i -> shape.extent(i) != 1)
                .sorted(Comparator.comparingLong((Integer i) -> strides[i]).reversed()).toList();
    }

    /** Returns the loops over a result and operands that broadcast to it. */
    public static Loops over(Shape shape, Layout result, List<Shape> operands, List<Layout> layouts) {
        List<long[]> all = new ArrayList<>();
        all.add(result.strides());
        for (int i = 0; i < operands.size(); i++) {
            all.add(aligned(shape, operands.get(i), layouts.get(i)));
        }
        return merged(shape, dimensions(shape, result), all);
    }

    /** One stride for each dimension of the shape that an operand is repeated into. */
    private static long[] aligned(Shape shape, Shape operand, Layout layout) {
        long[] strides = new long[shape.rank()];
        long[] own = layout.strides();
        int missing = shape.rank() - operand.rank();
        for (int i = missing; i < shape.rank(); i++) {
            strides[i] = operand.extent(i - missing) == 1 ? 0 : own[i - missing];
        }
        return strides;
    }

    private static Loops merged(Shape shape, List<Integer> dimensions, List<long[]> all) {
        List<Long> extents = new ArrayList<>();
        List<long[]> strides = new ArrayList<>(); // of all operands, along each loop
        for (int dimension : dimensions) {
            long extent = shape.extent(dimension);
            long[] here = all.stream().mapToLong(operand -> operand[dimension]).toArray();
            int last = extents.size() - 1;
            if (last >= 0 && isContinued(strides.get(last), here, extent)) {
                extents.set(last, extents.get(last) * extent);
                strides.set(last, here);
            } else {
                extents.add(extent);
                strides.add(here);
            }
        }
        if (extents.isEmpty()) { // one element
            extents.add(1L);
            strides.add(new long[all.size()]);
        }
        List<long[]> transposed = new ArrayList<>();
        for (int i = 1; i < all.size(); i++) {
            int operand = i;
            transposed.add(strides.stream().mapToLong(loop -> loop[operand]).toArray());
        }
        return new Loops(extents, transposed);
    }

    private static boolean isContinued(long[] outer, long[] inner, long extent) {
        long[] continued = Arrays.stream(inner).map(stride -> stride * extent).toArray();
        return Arrays.equals(outer, continued);
    }

    /** Returns the number of loops. */
    public int rank() {
        return extents.size();
    }
}
