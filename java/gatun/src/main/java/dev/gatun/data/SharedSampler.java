package dev.gatun.data;

/**
 * The images of one rank of several: its share of each batch of all ranks. Every rank draws the same order of all
 * images, so that no image is left out or seen twice, whatever the number of ranks.
 *
 * @param all       order of the images of all ranks
 * @param batchSize images in a batch of all ranks
 * @param lastBatch what happens to images that do not fill such a batch
 * @param share     share of this rank
 */
public record SharedSampler(Sampler all, int batchSize, LastBatch lastBatch, Share share) implements Sampler {
    /** Checks the batch size. */
    public SharedSampler {
        if (batchSize < share.ranks()) {
            throw new IllegalArgumentException("a batch of " + batchSize + " leaves some of " + share.ranks()
                    + " ranks without an example: use a larger batch, or fewer ranks");
        }
    }

    private int whole() {
        return all.size() / batchSize;
    }

    private int rest() {
        return lastBatch.keeps() ? all.size() % batchSize : 0;
    }

    @Override
    public int size() {
        return Math.addExact(Math.multiplyExact(whole(), share.size(batchSize)), share.size(rest()));
    }

    @Override
    public int[] order(long epoch) {
        int[] order = all.order(epoch);
        int[] mine = new int[size()];
        int each = share.size(batchSize);
        for (int batch = 0; batch < whole(); batch++) {
            System.arraycopy(order, batch * batchSize + share.begin(batchSize), mine, batch * each, each);
        }
        System.arraycopy(order, whole() * batchSize + share.begin(rest()), mine, whole() * each, share.size(rest()));
        return mine;
    }
}
