package dev.gatun.dist;

import java.util.List;
import java.util.Map;

/** What all ranks must have alike before they train together: options, data, versions. */
public final class Agreement {
    private static final int LONGEST_VALUE = 200;

    private Agreement() {}

    /**
     * Compares what the ranks have.
     *
     * @param topic what is compared; the same on all ranks
     * @param mine  texts by name, such as {@code batch size: 64}
     * @throws GroupException on all ranks when one differs from rank 0: it names rank, name and both texts
     */
    public static void check(ProcessGroup group, String topic, Map<String, String> mine) {
        if (group.size() == 1) {
            return;
        }
        List<byte[]> all = group.gather(topic, TextMap.write(mine));
        Map<String, String> first = TextMap.read(all.getFirst());
        for (int rank = 1; rank < all.size(); rank++) {
            Map<String, String> other = TextMap.read(all.get(rank));
            for (Map.Entry<String, String> entry : first.entrySet()) {
                String there = other.getOrDefault(entry.getKey(), "nothing");
                if (!there.equals(entry.getValue())) {
                    throw new GroupException(group.members().describe(rank) + " has " + entry.getKey() + " "
                            + shortened(there) + ", " + group.members().describe(0) + " has "
                            + shortened(entry.getValue()) + ": start all ranks alike");
                }
            }
        }
    }

    private static String shortened(String value) {
        return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "...";
    }
}
