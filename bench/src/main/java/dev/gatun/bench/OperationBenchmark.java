package dev.gatun.bench;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.operation.TimedOperation;
import dev.gatun.operation.TimedOperations;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** One operation, or what makes its gradient, alone: the fastest of the candidates. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
@Threads(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgs = {"--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
    "--sun-misc-unsafe-memory-access=allow", "-Xms1g", "-Xmx1g", "-XX:MaxDirectMemorySize=8g"})
public class OperationBenchmark {
    /** The name of a case of {@link TimedOperations}, a colon, and the name of the operation in it. */
    @Param({"matmul 1024: matmul", "linear 768 to 3072: linear", "linear 768 to 3072: linear_backward_data",
        "linear 768 to 3072: linear_backward_weights", "convolution 3x3: convolution",
        "convolution 3x3: convolution_backward_data", "convolution 3x3: convolution_backward_weights",
        "convolution 3x3 depthwise: convolution", "attention of 256 tokens: attention",
        "attention of 256 tokens: attention_backward", "batch_normalization in TRAINING: batch_normalization",
        "batch_normalization in TRAINING: batch_normalization_backward", "layer_normalization: layer_normalization",
        "layer_normalization: layer_normalization_backward", "max_pool 2x2: max_pool",
        "max_pool 2x2: max_pool_backward", "softmax: softmax", "gelu: gelu", "gelu: gelu_backward", "add: add"})
    private String operation;

    private Device device;
    private TimedKernel kernel;

    /** Makes JMH report these per second too. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Work {
        /** Of 10^9. */
        public double gigaflops;
        /** Of 10^9 bytes. */
        public double gigabytes;
    }

    @Setup
    public void open() {
        int colon = operation.lastIndexOf(": ");
        TimedOperation timed = TimedOperations.named(operation.substring(0, colon));
        String op = operation.substring(colon + 2);
        Graph graph = timed.graph();
        Node node = TimedKernel.nodes(graph).stream().filter(each -> each.op().name().equals(op)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no operation " + op + " in " + timed.name()));
        device = Backends.open("cpu",
                DeviceOptions.defaults().withEmulation(DeviceOptions.Emulation.ALLOWED));
        kernel = TimedKernel.fastest(timed, graph, node, device);
        System.out.println(kernel.implementation());
    }

    @TearDown
    public void close() {
        kernel.close();
        device.close();
    }

    /** One run of its kernel. */
    @Benchmark
    public void run(Work work) {
        kernel.run();
        work.gigaflops += kernel.flops() / 1e9;
        work.gigabytes += kernel.bytes() / 1e9;
    }
}
