package dev.gatun.compress.prune;

import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Follows channels through a change of shape. Both shapes fall into the smallest blocks of adjacent dimensions with
 * equal products. Where a dimension of channels is merged with others (a flattening), each channel is several indices
 * of the result; where it is split (attention heads), the first of its parts becomes the dimension of channels, and all
 * that lies under an index of it goes together.
 */
final class Reshaping {
    private final Atoms atoms;
    private final String node;

    Reshaping(Atoms atoms, String node) {
        this.atoms = atoms;
        this.node = node;
    }

    List<Axis> of(List<Axis> from, Shape to) {
        List<Axis> result = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < from.size() || j < to.rank()) {
            int firstIn = i;
            int firstOut = j;
            long in = i < from.size() ? from.get(i++).extent() : 1;
            long out = j < to.rank() ? to.extent(j++) : 1;
            while (in != out) {
                if (in < out) {
                    in *= from.get(i++).extent();
                } else {
                    out *= to.extent(j++);
                }
            }
            result.addAll(block(from.subList(firstIn, i), Arrays.copyOfRange(to.extents(), firstOut, j)));
        }
        return result;
    }

    private List<Axis> block(List<Axis> in, long[] out) {
        List<Axis> channels = in.stream().filter(axis -> !axis.isFree()).toList();
        if (in.size() == 1 && out.length == 1) {
            return in;
        }
        if (channels.size() > 1) {
            channels.forEach(axis -> atoms.fix(axis, node + " merges two dimensions of channels"));
        }
        if (channels.size() != 1) {
            return Arrays.stream(out).mapToObj(Axis::free).toList();
        }
        return split(merge(in, channels.getFirst()), out);
    }

    /** The channel of each element of a block. */
    private static int[] merge(List<Axis> in, Axis channels) {
        long inner = 1;
        for (int i = in.size() - 1; in.get(i) != channels; i--) {
            inner *= in.get(i).extent();
        }
        int[] flat = new int[Math.toIntExact(in.stream().mapToLong(Axis::extent).reduce(1, (a, b) -> a * b))];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = channels.atom((int) (i / inner % channels.extent()));
        }
        return flat;
    }

    private List<Axis> split(int[] flat, long[] out) {
        int chosen = -1;
        for (int k = 0; k < out.length && chosen < 0; k++) {
            chosen = out[k] > 1 && isFollowed(flat, out, k) ? k : -1;
        }
        for (int k = 0; k < out.length && chosen < 0; k++) {
            chosen = out[k] > 1 ? k : -1;
        }
        List<Axis> result = new ArrayList<>();
        for (int k = 0; k < out.length; k++) {
            result.add(k == chosen ? along(flat, out, k) : Axis.free(out[k]));
        }
        return result;
    }

    private static long inner(long[] out, int k) {
        return Arrays.stream(out, k + 1, out.length).reduce(1, (a, b) -> a * b);
    }

    /** Whether all elements at an index of a dimension belong to one channel already. */
    private boolean isFollowed(int[] flat, long[] out, int k) {
        long inner = inner(out, k);
        int[] first = new int[Math.toIntExact(out[k])];
        Arrays.fill(first, -1);
        for (int i = 0; i < flat.length; i++) {
            int index = (int) (i / inner % out[k]);
            int root = atoms.find(flat[i]);
            if (first[index] < 0) {
                first[index] = root;
            } else if (first[index] != root) {
                return false;
            }
        }
        return true;
    }

    private Axis along(int[] flat, long[] out, int k) {
        long inner = inner(out, k);
        int[] first = new int[Math.toIntExact(out[k])];
        Arrays.fill(first, -1);
        for (int i = 0; i < flat.length; i++) {
            int index = (int) (i / inner % out[k]);
            if (first[index] < 0) {
                first[index] = flat[i];
            } else {
                atoms.unite(first[index], flat[i]);
            }
        }
        return Axis.of(first);
    }
}
