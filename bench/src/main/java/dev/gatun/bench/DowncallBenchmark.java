package dev.gatun.bench;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to cross from Java to C and back, beside things of a known size. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Threads(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgs = {"--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
    "--sun-misc-unsafe-memory-access=allow", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"})
public class DowncallBenchmark {
    private Device device;
    private HostBuffer slab;
    private MemorySegment a;
    private MemorySegment b;
    private MemorySegment sum;

    /** On the benchmark's own thread: the device belongs to the thread that opens it. Opening loads the libraries. */
    @Setup
    public void open() {
        device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));
        slab = device.memory().allocate(Role.WORKSPACE, "one element each", 3 * 64);
        a = slab.slice(0, Float.BYTES).segment();
        b = slab.slice(64, Float.BYTES).segment();
        sum = slab.slice(128, Float.BYTES).segment();
        a.set(ValueLayout.JAVA_FLOAT, 0, 1);
        b.set(ValueLayout.JAVA_FLOAT, 0, 2);
        checkedFourArguments();
        Check.that(sum.get(ValueLayout.JAVA_FLOAT, 0) == 3, "1 + 2 = 3");
        Check.that(gatun_h.gatun_nothing() == gatun_h.GATUN_SUCCESS(), "nothing succeeds");
    }

    @TearDown
    public void close() {
        slab.close();
        device.close();
    }

    /** A call that stays in Java. */
    @Benchmark
    public void javaMethod() {
        nothing();
    }

    @CompilerControl(CompilerControl.Mode.DONT_INLINE) // else there is no call to measure
    private static void nothing() {}

    /** A well-known cost, for scale. */
    @Benchmark
    public long nanoTime() {
        return System.nanoTime();
    }

    /** The generated binding alone. */
    @Benchmark
    public int unchecked() {
        return gatun_h.gatun_nothing();
    }

    /** The binding and a look at the status: what each step of a program pays. */
    @Benchmark
    public void checked() {
        Check.status(gatun_h.gatun_nothing(), "gatun_nothing", 0);
    }

    /** Three segments of a slab and a count; includes the kernel's argument checks and one addition. */
    @Benchmark
    public void checkedFourArguments() {
        Check.status(gatun_h.gatun_add_forward(1, a, b, sum), "gatun_add_forward", 1);
    }
}
