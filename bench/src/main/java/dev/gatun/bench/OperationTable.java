package dev.gatun.bench;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.operation.TimedOperation;
import dev.gatun.operation.TimedOperations;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Times every operation and prints one table: the implementation that was the fastest, its time, GFLOP/s and GB/s, and
 * its share of the peak. That is a product of matrices for what computes much for each byte, and a copy of as many
 * bytes for all else; both run in
 * turn with the operation, and the shortest times count: a busy machine slows all three.
 *
 * <p>Arguments: parts of names; without any, all operations. It takes half a minute to five minutes.
 */
public final class OperationTable implements AutoCloseable {
    /** More operations for each byte than this are counted as operations. */
    private static final double COMPUTE_BOUND = 12;
    private static final long MOST_ELEMENTS = 32_000_000;
    private static final long ENOUGH_NANOS = 120_000_000;
    private static final int LEAST_RUNS = 5;
    private static final int MOST_RUNS = 60;

    private final Device device = Backends.open("cpu", DeviceOptions.defaults()
            .withEmulation(DeviceOptions.Emulation.ALLOWED));
    private final FlatMemory memory = new FlatMemory();
    private final MemorySegment sources = memory.floats(MOST_ELEMENTS, 1);
    private final MemorySegment targets = memory.floats(MOST_ELEMENTS, 0);
    private final TimedKernel product;
    private double bestProduct;

    OperationTable() {
        TimedOperation matmul = TimedOperations.named("matmul 512");
        Graph graph = matmul.graph();
        product = TimedKernel.fastest(matmul, graph, TimedKernel.nodes(graph).getFirst(), device);
    }

    public static void main(String[] arguments) {
        try (OperationTable table = new OperationTable()) {
            System.out.printf(Locale.ROOT, "| case | operation | implementation | ms | GFLOP/s | GB/s | of peak |%n"
                    + "|---|---|---|---:|---:|---:|---:|%n");
            Set<String> seen = new HashSet<>();
            for (TimedOperation operation : TimedOperations.all()) {
                if (arguments.length == 0 || Arrays.stream(arguments).anyMatch(operation.name()::contains)) {
                    table.measure(operation, seen).forEach(result -> System.out.println(result.row()));
                }
            }
            System.out.printf(Locale.ROOT, "%nBest matmul %.1f GFLOP/s; %d threads; oneDNN and kernels as in `%s`.%n",
                    table.bestProduct, table.device.threads(), table.environment());
        }
    }

    /** What oneDNN, the kernels and the processor are. */
    String environment() {
        try (var lowering = device.lower()) {
            return lowering.environment();
        }
    }

    /** What is in the set, timed before under the same name and shape, as the copies among a gradient, is left out. */
    List<OperationResult> measure(TimedOperation operation, Set<String> seen) {
        Graph graph = operation.graph();
        List<OperationResult> results = new ArrayList<>();
        for (Node node : TimedKernel.nodes(graph)) {
            if (seen.add(node.op() + " of " + node.inputTypes())) {
                try (TimedKernel kernel = TimedKernel.fastest(operation, graph, node, device)) {
                    results.add(kernel.isView() ? OperationResult.view(operation.name(), node.op().name())
                            : measure(operation, node, kernel));
                }
            }
        }
        return results;
    }

    private OperationResult measure(TimedOperation operation, Node node, TimedKernel kernel) {
        boolean computes = kernel.flops() > COMPUTE_BOUND * kernel.bytes();
        List<Long> times = new ArrayList<>();
        List<Long> peaks = new ArrayList<>();
        long half = Math.clamp(kernel.bytes() / 2, Float.BYTES, sources.byteSize()) / Float.BYTES * Float.BYTES;
        MemorySegment source = sources.asSlice(0, half);
        MemorySegment target = targets.asSlice(0, half);
        long begin = System.nanoTime();
        for (int i = 0; i < LEAST_RUNS || (i < MOST_RUNS && System.nanoTime() - begin < ENOUGH_NANOS); i++) {
            peaks.add(computes ? product.nanos(device) : copy(source, target));
            times.add(kernel.nanos(device));
        }
        double nanos = shortest(times);
        double peak = (computes ? product.flops() : 2 * half) / shortest(peaks);
        bestProduct = computes ? Math.max(bestProduct, peak) : bestProduct;
        return new OperationResult(operation.name(), node.op().name(), kernel.implementation(), nanos / 1e6,
                kernel.flops() / nanos, kernel.bytes() / nanos, peak, computes);
    }

    private static long copy(MemorySegment source, MemorySegment target) {
        long start = System.nanoTime();
        long count = source.byteSize() / Float.BYTES;
        Check.status(gatun_h.gatun_copy(count, source, target), "gatun_copy", count);
        return System.nanoTime() - start;
    }

    private static double shortest(List<Long> times) {
        return times.stream().mapToLong(Long::longValue).min().orElseThrow();
    }

    @Override
    public void close() {
        product.close();
        device.close();
        memory.close();
    }
}
