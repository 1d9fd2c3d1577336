package dev.gatun.dist;

import dev.gatun.options.WithMethods;
import java.time.Duration;

/**
 * Options of a {@link ProcessGroup}.
 *
 * @param timeout how long a rank waits for the others in one collective operation before it gives up
 */
@WithMethods
public record GroupOptions(Duration timeout) implements GroupOptionsBuilder.With {
    /** Ten minutes: an evaluation or a compilation may lie between two collective operations. */
    public static final GroupOptions DEFAULTS = new GroupOptions(Duration.ofMinutes(10));

    public GroupOptions {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a group's timeout must be positive: " + timeout);
        }
    }
}
