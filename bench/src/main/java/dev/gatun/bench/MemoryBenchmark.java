package dev.gatun.bench;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.bindings.gatun.gatun_h;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

/** What this memory does for a loop that computes next to nothing. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
@Threads(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(value = 3, jvmArgs = {"--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
    "--sun-misc-unsafe-memory-access=allow", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch",
    "-XX:MaxDirectMemorySize=8g"})
public class MemoryBenchmark {
    /** As in {@link OptimizerBenchmark}. */
    @Param({"11173962", "25557032"})
    private long parameterCount;

    private final FlatMemory memory = new FlatMemory();
    private Device device;
    private MemorySegment source;
    private MemorySegment target;

    @Setup
    public void open() {
        device = Backends.open("cpu", DeviceOptions.defaults()); // loads the library and sets its threads
        source = memory.floats(parameterCount, 0.5f);
        target = memory.floats(parameterCount, 1);
        addOnce();
        Check.that(target.getAtIndex(ValueLayout.JAVA_FLOAT, parameterCount - 1) == 1.5f, "1 + 0.5 = 1.5");
        copyOnce();
        Check.that(source.mismatch(target) == -1, "a copy equals its source");
    }

    @TearDown
    public void close() {
        device.close();
        memory.close();
    }

    /** Reads one buffer and writes another. */
    @Benchmark
    public void copy(Traffic traffic) {
        copyOnce();
        traffic.gigabytes += parameterCount * 2 * Float.BYTES / 1e9;
    }

    /** Adds one buffer to another in place: two reads and a write, as plain gradient descent. */
    @Benchmark
    public void triad(Traffic traffic) {
        addOnce();
        traffic.gigabytes += parameterCount * 3 * Float.BYTES / 1e9;
    }

    private void copyOnce() {
        Check.status(gatun_h.gatun_copy(parameterCount, source, target), "gatun_copy", parameterCount);
    }

    private void addOnce() {
        Check.status(gatun_h.gatun_add_forward(parameterCount, target, source, target), "gatun_add_forward",
                parameterCount);
    }
}
