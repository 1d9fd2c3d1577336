package dev.gatun.bench;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.optim.Optimizer;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
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

/** A fused optimizer step; {@link MemoryBenchmark} is what this memory does anyway. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
@Threads(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(value = 3, jvmArgs = {"--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
    "--sun-misc-unsafe-memory-access=allow", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch",
    "-XX:MaxDirectMemorySize=8g"})
public class OptimizerBenchmark {
    @Param
    private OptimizerRule rule;

    /** As many as ResNet-18 for ten classes and ResNet-50 for a thousand: far more than any cache holds. */
    @Param({"11173962", "25557032"})
    private long parameterCount;

    private final FlatMemory memory = new FlatMemory();
    private Device device;
    private Optimizer optimizer;
    private double gigabytes;

    @Setup
    public void open() {
        device = Backends.open("cpu", DeviceOptions.defaults());
        MemorySegment parameters = memory.floats(parameterCount, OptimizerRule.WEIGHT);
        optimizer = rule.bind(device, parameters, memory.floats(parameterCount, OptimizerRule.GRADIENT));
        optimizer.step();
        rule.checkFirstStep(parameters);
        gigabytes = parameterCount * rule.bytesPerParameter() / 1e9;
    }

    @TearDown
    public void close() {
        optimizer.close();
        device.close();
        memory.close();
    }

    @Benchmark
    public void step(Traffic traffic) {
        optimizer.step();
        traffic.gigabytes += gigabytes;
    }
}
