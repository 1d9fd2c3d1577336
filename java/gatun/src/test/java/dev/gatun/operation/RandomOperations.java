package dev.gatun.operation;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.TestDevices;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import java.util.List;
import java.util.Map;

/**
 * Runs drawn operations and their gradients on every device, in f32, bf16 and f16, on one and two threads, in each
 * layout: each against the oracle in double, from the numbers that it read itself. Every run is guarded, see
 * {@link GraphRunner}.
 */
final class RandomOperations implements AutoCloseable {
    private static final List<DType> TYPES = List.of(DType.F32, DType.BF16, DType.F16);
    private static final int MOST_THREADS = 2;

    private final Device oracle = TestDevices.open(TestDevices.ORACLE);
    private final Tally tally = new Tally();
    private final long seed;

    private RandomOperations(long seed) {
        this.seed = seed;
    }

    /**
     * Runs the first numbers of a seed.
     *
     * @param cases number of runs at least: an operation with its gradients in one type on one device
     */
    static Tally run(long seed, long cases) {
        List<String> devices = TestDevices.besidesTheOracle();
        long numbers = Math.ceilDiv(cases, (long) devices.size() * TYPES.size());
        try (RandomOperations operations = new RandomOperations(seed)) {
            for (String name : devices) {
                for (int threads = 1; threads <= MOST_THREADS; threads++) { // a thread has one device of a kind
                    operations.run(name, threads, numbers);
                }
            }
            return operations.tally;
        }
    }

    private void run(String name, int threads, long numbers) {
        DeviceOptions options = DeviceOptions.defaults().withThreads(threads)
                .withEmulation(DeviceOptions.Emulation.ALLOWED);
        try (Device device = Backends.open(name, options)) {
            List<LayoutPolicy> layouts = TestDevices.layouts(device);
            for (int number = 0; number < numbers; number++) {
                int turn = number / DrawnOperations.kinds();
                if (turn % MOST_THREADS == threads - 1) {
                    run(number, device, layouts.get(turn / MOST_THREADS % layouts.size()));
                }
            }
        }
    }

    private void run(int number, Device device, LayoutPolicy layout) {
        OpCase opCase = DrawnOperations.number(seed, number);
        Map<String, double[]> values = opCase.values();
        for (DType dtype : TYPES) {
            run(opCase, dtype, device, layout, values);
        }
    }

    private void run(OpCase opCase, DType dtype, Device device, LayoutPolicy layout, Map<String, double[]> values) {
        String where = opCase.name() + " in " + layout + " on " + device.threads() + " threads";
        tally.begin();
        try {
            Graph graph = Claims.graph(opCase, dtype);
            GraphRunner.Result result = GraphRunner.run(graph, device, layout, values);
            for (Node node : DrawnCase.nodes(graph)) {
                tally.add(device.name(), dtype, where, NodeError.of(node, result, values, oracle));
            }
        } catch (RuntimeException | AssertionError e) {
            tally.fail(device.name() + " " + dtype.lowerCase() + ", " + where + ": " + e);
        }
    }

    @Override
    public void close() {
        oracle.close();
    }
}
