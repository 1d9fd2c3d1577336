package dev.gatun.mpi;

import dev.gatun.dist.GroupException;
import dev.gatun.options.WithMethods;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * Options of the transport.
 *
 * @param order      in which order floats are added
 * @param pieceBytes most bytes of a message: MPI counts them in 31 bits
 * @param begin      how long ranks wait for each other when they begin MPI
 */
@WithMethods
record MpiOptions(SumOrder order, long pieceBytes, Duration begin) implements MpiOptionsBuilder.With {
    static final String ORDER_PROPERTY = "gatun.mpi.order";
    static final String ORDER_VARIABLE = "GATUN_MPI_ORDER";

    /** Bytes that a message can have, a multiple of 4. */
    private static final long MOST_BYTES = 1L << 30;

    static final MpiOptions DEFAULTS = new MpiOptions(SumOrder.RANKS, MOST_BYTES, Duration.ofMinutes(2));

    MpiOptions {
        if (pieceBytes <= 0 || pieceBytes > MOST_BYTES || pieceBytes % Float.BYTES != 0) {
            throw new IllegalArgumentException("a message has a multiple of 4 bytes, at most " + MOST_BYTES + ", not "
                    + pieceBytes);
        }
    }

    /** Returns the defaults with what the user has set; {@code property} is {@link #ORDER_PROPERTY} or empty. */
    static MpiOptions of(String property, Map<String, String> environment) {
        String order = property.isEmpty() ? environment.getOrDefault(ORDER_VARIABLE, "") : property;
        return switch (order.toLowerCase(Locale.ROOT)) {
            case "", "ranks" -> DEFAULTS;
            case "any" -> DEFAULTS.withOrder(SumOrder.ANY);
            default -> throw new GroupException("-D" + ORDER_PROPERTY + " or " + ORDER_VARIABLE
                    + " is ranks (the same bits in each run) or any (as MPI likes), not \"" + order + "\"");
        };
    }
}
