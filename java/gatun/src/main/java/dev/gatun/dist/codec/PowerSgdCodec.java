package dev.gatun.dist.codec;

import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.Reduction;
import dev.gatun.dist.codec.CodecState.Sharing;
import dev.gatun.dist.codec.GradientCompression.PowerSgd;
import dev.gatun.memory.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;

/**
 * Replaces the sum M of the ranks' matrices by {@code P Q^T}: {@code P = M Q}, made orthonormal, and
 * {@code Q = M^T P}, each summed over the ranks. The next step begins with this one's Q.
 */
final class PowerSgdCodec implements Codec {
    private final PowerSgd options;
    private final Tensors tensors;
    private final int ranks;
    /** Columns of each tensor's factors; 0 where it travels as it is. */
    private final int[] rank;
    /** Where each tensor's right factor begins among those that are kept. */
    private final long[] keptAt;
    private final ErrorMemory errors;
    private final CallCounts calls;
    private final HostBuffer kept;
    /** The left factors of a range, and behind them the tensors that travel as they are. */
    private final HostBuffer lefts;
    /** The right factors of a range. */
    private final HostBuffer rights;
    private final LowRank products;

    PowerSgdCodec(PowerSgd options, Tensors tensors, long slabBytes, ProcessGroup group, CodecMemory memory) {
        this.options = options;
        this.tensors = tensors;
        ranks = group.size();
        rank = new int[tensors.count()];
        keptAt = new long[tensors.count()];
        long left = 0;
        long right = 0;
        int columns = 0;
        int widest = 0;
        for (int tensor = 0; tensor < rank.length; tensor++) {
            rank[tensor] = rank(options, tensors.rows(tensor), tensors.columns(tensor));
            keptAt[tensor] = Float.BYTES * right;
            left += rank[tensor] == 0 ? tensors.elements(tensor) : leftElements(tensor);
            right += rightElements(tensor);
            if (rank[tensor] > 0) {
                columns = Math.max(columns, tensors.columns(tensor));
                widest = Math.max(widest, Math.toIntExact(rightElements(tensor)));
            }
        }
        errors = new ErrorMemory(slabBytes, memory);
        calls = new CallCounts(tensors.count(), memory);
        kept = memory.state("right factors of gradients", Float.BYTES * right);
        lefts = memory.staging("left factors of gradients", Float.BYTES * left);
        rights = memory.staging("right factors of gradients, summed", Float.BYTES * right);
        products = new LowRank(columns, widest);
        draw();
    }

    /** The columns of a matrix's factors, or 0 where these save too little. */
    static int rank(PowerSgd options, long rows, long columns) {
        long rank = Math.min(options.rank(), Math.min(rows, columns));
        boolean saves = rows > 1 && columns > 1 && rows * columns >= options.minRate() * rank * (rows + columns);
        return saves ? (int) rank : 0;
    }

    private long leftElements(int tensor) {
        return (long) tensors.rows(tensor) * rank[tensor];
    }

    private long rightElements(int tensor) {
        return (long) tensors.columns(tensor) * rank[tensor];
    }

    /** The first right factors: normal numbers, the same on all ranks. */
    private void draw() {
        for (int tensor = 0; tensor < rank.length; tensor++) {
            Random random = new Random(tensor);
            for (long i = 0; i < rightElements(tensor); i++) {
                Floats.set(kept.segment(), keptAt[tensor] + 4L * i, (float) random.nextGaussian());
            }
        }
    }

    @Override
    public void reduce(ProcessGroup group, MemorySegment gradients, long at, int elements, int first, int end) {
        if (calls.next(first) < options.start()) {
            group.allReduce(gradients, at, 4L * elements, Reduction.SUM);
            return;
        }
        for (int tensor = first; tensor < end; tensor++) {
            if (rank[tensor] > 0) {
                errors.addTo(gradients, tensors.offset(tensor), tensors.elements(tensor));
            }
        }
        boolean finite = true;
        for (int iteration = 0; iteration < options.iterations() && finite; iteration++) {
            finite = sumLefts(group, gradients, first, end, iteration) && sumRights(group, gradients, first, end);
        }
        if (finite) {
            replace(gradients, first, end);
        } else {
            Floats.fill(gradients, at, elements, Float.NaN); // on all ranks: they have the same factors
        }
    }

    private boolean sumLefts(ProcessGroup group, MemorySegment gradients, int first, int end, int iteration) {
        MemorySegment sums = lefts.segment();
        long size = 0;
        long rightAt = 0;
        for (int tensor = first; tensor < end; tensor++) {
            if (rank[tensor] > 0) {
                products.left(gradients, tensors.offset(tensor), tensors.rows(tensor), tensors.columns(tensor),
                        iteration == 0 ? kept.segment() : rights.segment(), iteration == 0 ? keptAt[tensor] : rightAt,
                        sums, size, rank[tensor]);
                size += 4 * leftElements(tensor);
                rightAt += 4 * rightElements(tensor);
            }
        }
        long whole = iteration == 0 ? copyWhole(gradients, first, end, size) : size;
        group.allReduce(sums, 0, whole, Reduction.SUM);
        if (!Floats.areFinite(sums, 0, (int) (whole / 4))) {
            return false;
        }
        long leftAt = 0;
        for (int tensor = first; tensor < end; tensor++) {
            if (rank[tensor] > 0) {
                LowRank.orthonormalize(sums, leftAt, tensors.rows(tensor), rank[tensor]);
                leftAt += 4 * leftElements(tensor);
            }
        }
        return true;
    }

    /** Copies the tensors that travel as they are, and returns where they end. */
    private long copyWhole(MemorySegment gradients, int first, int end, long from) {
        long at = from;
        for (int tensor = first; tensor < end; tensor++) {
            if (rank[tensor] == 0) {
                Floats.copy(gradients, tensors.offset(tensor), lefts.segment(), at, tensors.elements(tensor));
                at += 4L * tensors.elements(tensor);
            }
        }
        return at;
    }

    private boolean sumRights(ProcessGroup group, MemorySegment gradients, int first, int end) {
        MemorySegment sums = rights.segment();
        long leftAt = 0;
        long size = 0;
        for (int tensor = first; tensor < end; tensor++) {
            if (rank[tensor] > 0) {
                products.right(gradients, tensors.offset(tensor), tensors.rows(tensor), tensors.columns(tensor),
                        lefts.segment(), leftAt, sums, size, rank[tensor]);
                leftAt += 4 * leftElements(tensor);
                size += 4 * rightElements(tensor);
            }
        }
        group.allReduce(sums, 0, size, Reduction.SUM);
        return Floats.areFinite(sums, 0, (int) (size / 4));
    }

    private void replace(MemorySegment gradients, int first, int end) {
        long leftAt = 0;
        long rightAt = 0;
        for (int tensor = first; tensor < end; tensor++) {
            if (rank[tensor] > 0) {
                products.replace(gradients, tensors.offset(tensor), tensors.rows(tensor), tensors.columns(tensor),
                        lefts.segment(), leftAt, rights.segment(), rightAt, rank[tensor], errors.segment(), ranks);
                keep(tensor, rightAt);
                leftAt += 4 * leftElements(tensor);
                rightAt += 4 * rightElements(tensor);
            }
        }
        for (int tensor = first; tensor < end; tensor++) {
            if (rank[tensor] == 0) {
                Floats.copy(lefts.segment(), leftAt, gradients, tensors.offset(tensor), tensors.elements(tensor));
                leftAt += 4L * tensors.elements(tensor);
            }
        }
    }

    /** Keeps a right factor's directions; a column that became zero would stay so, and is kept as it was. */
    private void keep(int tensor, long rightAt) {
        int columns = tensors.columns(tensor);
        for (int c = 0; c < rank[tensor]; c++) {
            long from = rightAt + 4L * c * columns;
            double norm = LowRank.norm(rights.segment(), from, columns, 1);
            if (norm > 0) {
                long to = keptAt[tensor] + 4L * c * columns;
                Floats.copy(rights.segment(), from, kept.segment(), to, columns);
                LowRank.multiply(kept.segment(), to, columns, 1, 1 / norm);
            }
        }
    }

    @Override
    public List<CodecState> states() {
        return List.of(errors.state(), calls.state(), new CodecState("right-factors", kept, Sharing.COMMON));
    }

    @Override
    public void scaleErrors(float factor) {
        errors.scale(factor);
    }
}
