package dev.gatun.dist.launch;

import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.Reduction;
import dev.gatun.dist.TransportChoice;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;

/**
 * Times all-reduces between processes, and copies of the same memory in each of them: started once for each rank, with
 * the variables of a launcher, a choice of transport, the bytes, and the number of times.
 */
final class AllReduceTime {
    private AllReduceTime() {}

    public static void main(String[] args) {
        GroupOptions options = GroupOptions.DEFAULTS.withTransport(
                TransportChoice.valueOf(args[0].toUpperCase(Locale.ROOT)));
        long bytes = Long.parseLong(args[1]);
        int times = Integer.parseInt(args[2]);
        MemoryBudget budget = MemoryBudget.unlimited();
        try (ProcessGroup group = ProcessRanks.join(LaunchEnvironment.ofThisProcess().orElseThrow(), options, budget,
                note -> System.out.println(note));
                HostBuffer values = budget.allocate(Role.GRADIENTS, "values", bytes);
                HostBuffer copy = budget.allocate(Role.GRADIENTS, "copy", bytes)) {
            double[] reduces = new double[times];
            double[] copies = new double[times];
            for (int i = 0; i < 10 + times; i++) {
                group.barrier();
                long begin = System.nanoTime();
                group.allReduce(values.segment(), 0, bytes, Reduction.SUM);
                long middle = System.nanoTime();
                group.barrier();
                long after = System.nanoTime();
                MemorySegment.copy(values.segment(), 0, copy.segment(), 0, bytes);
                long end = System.nanoTime();
                if (i >= 10) {
                    reduces[i - 10] = (middle - begin) / 1e6;
                    copies[i - 10] = (end - after) / 1e6;
                }
            }
            Arrays.sort(reduces);
            Arrays.sort(copies);
            if (group.isFirst()) {
                System.out.printf("%s: all-reduce of %d bytes, %d ranks: best %.2f, median %.2f ms (%.2f GB/s);"
                        + " copy: best %.2f, median %.2f ms (%.2f GB/s)%n", group.transport().name(), bytes,
                        group.size(), reduces[0], reduces[times / 2], bytes / reduces[times / 2] / 1e6,
                        copies[0], copies[times / 2], bytes / copies[times / 2] / 1e6);
            }
        }
    }
}
