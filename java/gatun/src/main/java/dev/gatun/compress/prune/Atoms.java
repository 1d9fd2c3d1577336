package dev.gatun.compress.prune;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets of indices of axes that are kept or pruned together, as a union-find; some of them must stay. */
final class Atoms {
    private int[] parents = new int[1024];
    private int count;
    private final Map<Integer, String> reasons = new HashMap<>();

    /** Returns a new dimension of channels, each on its own. */
    Axis axis(long extent) {
        int[] atoms = new int[Math.toIntExact(extent)];
        for (int i = 0; i < atoms.length; i++) {
            if (count == parents.length) {
                parents = Arrays.copyOf(parents, 2 * count);
            }
            parents[count] = count;
            atoms[i] = count++;
        }
        return Axis.of(atoms);
    }

    int find(int atom) {
        int root = atom;
        while (parents[root] != root) {
            root = parents[root];
        }
        int next = atom;
        while (parents[next] != root) { // so that the next search is short
            int parent = parents[next];
            parents[next] = root;
            next = parent;
        }
        return root;
    }

    void unite(int a, int b) {
        int first = find(a);
        int second = find(b);
        if (first == second) {
            return;
        }
        int root = Math.min(first, second); // so that the sets of a graph are found in the same order each time
        int other = Math.max(first, second);
        parents[other] = root;
        String reason = reasons.remove(other);
        if (reason != null) {
            reasons.putIfAbsent(root, reason);
        }
    }

    /** Makes two dimensions go together, index by index; what meets a free dimension must stay. */
    void unite(Axis a, Axis b, String node) {
        if (a.isFree() || b.isFree()) {
            fix(a, node + " joins them with a dimension that is never pruned");
            fix(b, node + " joins them with a dimension that is never pruned");
            return;
        }
        if (a.extent() != b.extent()) {
            throw new IllegalStateException(node + ": " + a.extent() + " and " + b.extent() + " channels");
        }
        for (int i = 0; i < a.extent(); i++) {
            unite(a.atom(i), b.atom(i));
        }
    }

    /** Makes what belongs to a dimension stay. The first reason is kept. */
    void fix(Axis axis, String reason) {
        for (int atom : axis.atoms()) {
            fix(atom, reason);
        }
    }

    void fix(int atom, String reason) {
        reasons.putIfAbsent(find(atom), reason);
    }

    /** Why a set must stay; null where it need not. */
    @Nullable String reason(int atom) {
        return reasons.get(find(atom));
    }
}
