package dev.gatun.cli.option;

import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.TransportChoice;
import dev.gatun.dist.codec.GradientCompression;
import dev.gatun.train.parallel.ParallelOptions;
import dev.gatun.train.parallel.ParallelOptions.BatchNormScope;
import dev.gatun.train.parallel.Synchronization;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of several ranks that train together: processes of {@code gatun launch}, mpirun, srun or torchrun. */
public final class RankOptions {
    @Option(names = "--synchronize", paramLabel = "HOW",
            description = "How ranks stay together: gradients, their sum in every step; or"
                    + " weights:steps=8,from=10%%,rate=0.7,momentum=0.9, the mean of the weights every so many steps,"
                    + " by an outer step with that rate and momentum where they are given; or server:staleness=4: rank"
                    + " 0 holds the weights, and the others go on at their own pace within that bound (default:"
                    + " gradients).")
    @Nullable Synchronization synchronization;

    @Option(names = "--compress-gradients", paramLabel = "HOW",
            description = "How gradients are compressed on their way to other ranks: none, bf16, f16,"
                    + " top-k:fraction=0.01, random-k:fraction=0.01, power-sgd:rank=4, sign (default: none).")
    @Nullable GradientCompression compression;

    @Option(names = "--sync-batch-norm",
            description = "Take the mean and variance of batch normalisation over the images of all ranks (default: of"
                    + " each rank's share).")
    boolean syncBatchNorm;

    @Option(names = "--batch-per-rank", paramLabel = "N",
            description = "Images of a batch on each rank, in place of --batch-size, which all ranks share.")
    @Nullable Integer batchPerRank;

    @Option(names = "--scale-lr", paramLabel = "linear|sqrt",
            description = "With --batch-per-rank: multiply the learning rate by the number of ranks, or by its square"
                    + " root, and let it rise over the first 5 epochs unless --warmup says otherwise (default: as it"
                    + " is).")
    @Nullable RateScaling scaling;

    @Option(names = "--transport", paramLabel = "auto|shared_memory|tcp|mpi",
            description = "How ranks reach each other (default: auto, shared memory on one machine, else TCP).")
    @Nullable TransportChoice transport;

    @Option(names = "--rank-timeout", paramLabel = "SECONDS",
            description = "How long a rank waits for the others in one sum before it gives up (default: 600).")
    @Nullable Integer timeout;

    /** How the learning rate follows the number of ranks. */
    public enum RateScaling {
        /** In proportion (Goyal et al., 2017). */
        LINEAR,
        /** By the square root. */
        SQRT;

        /** Returns the factor for a number of ranks. */
        public double factor(int ranks) {
            return switch (this) {
                case LINEAR -> ranks;
                case SQRT -> Math.sqrt(ranks);
            };
        }
    }

    /** Returns how ranks train together. */
    public ParallelOptions parallel() {
        ParallelOptions defaults = ParallelOptions.DEFAULTS;
        return defaults
                .withSynchronization(synchronization == null ? defaults.synchronization() : synchronization)
                .withCompression(compression == null ? defaults.compression() : compression)
                .withBatchNorm(syncBatchNorm ? BatchNormScope.ALL_RANKS : BatchNormScope.RANK);
    }

    /** Returns how they form a group. */
    public GroupOptions group() {
        GroupOptions defaults = GroupOptions.DEFAULTS;
        return defaults.withTransport(transport == null ? defaults.transport() : transport)
                .withTimeout(timeout == null ? defaults.timeout()
                        : Duration.ofSeconds(Flags.atLeast("--rank-timeout", 1, timeout, 0)));
    }

    /**
     * Returns the images of a batch of all ranks.
     *
     * @param together images given by {@code --batch-size}; null where it was not
     * @param usual    images where neither is given
     */
    public int batchSize(@Nullable Integer together, int usual, int ranks) {
        if (batchPerRank == null) {
            if (scaling != null) {
                throw CliException.usage("--scale-lr goes with --batch-per-rank: a batch of --batch-size is the same"
                        + " for any number of ranks");
            }
            return Flags.atLeast("--batch-size", 1, together, usual);
        }
        if (together != null) {
            throw CliException.usage("--batch-size and --batch-per-rank do not go together: leave one out");
        }
        return Math.multiplyExact(Flags.atLeast("--batch-per-rank", 1, batchPerRank, 0), ranks);
    }

    /** Returns how the learning rate follows the number of ranks; null where it does not. */
    public @Nullable RateScaling scaling() {
        return scaling;
    }
}
