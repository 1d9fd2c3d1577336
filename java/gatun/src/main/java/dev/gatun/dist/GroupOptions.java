package dev.gatun.dist;

import dev.gatun.options.WithMethods;
import java.time.Duration;

/**
 * Options of a {@link ProcessGroup}.
 *
 * @param timeout          how long a rank waits for the others in one collective operation before it gives up
 * @param startTimeout     how long processes wait for each other before there is a group
 * @param heartbeatTimeout how long a rank may be silent before the others take it for hanging; at least 100 ms
 * @param transport        by what processes move their bytes
 */
@WithMethods
public record GroupOptions(
        Duration timeout, Duration startTimeout, Duration heartbeatTimeout, TransportChoice transport)
        implements GroupOptionsBuilder.With {
    /** Ten minutes: an evaluation or a compilation may lie between two collective operations. */
    public static final GroupOptions DEFAULTS = new GroupOptions(
            Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofSeconds(10), TransportChoice.AUTO);

    public GroupOptions {
        checkPositive("timeout", timeout);
        checkPositive("start timeout", startTimeout);
        checkPositive("heartbeat timeout", heartbeatTimeout);
        if (heartbeatTimeout.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "a group's heartbeat timeout must be at least 100 ms: " + heartbeatTimeout);
        }
    }

    private static void checkPositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("a group's " + name + " must be positive: " + value);
        }
    }
}
