package dev.gatun.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
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

/**
 * The same steps as plain Java loops over the same kind of memory, split over as many threads: what one would write
 * without a library, not the fastest that Java can do.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
@Threads(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(value = 3, jvmArgs = {"--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
    "--sun-misc-unsafe-memory-access=allow", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch",
    "-XX:MaxDirectMemorySize=8g"})
public class JavaLoopBenchmark {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    @Param({"MOMENTUM", "ADAM"})
    private OptimizerRule rule;

    /** As in {@link OptimizerBenchmark}. */
    @Param({"11173962", "25557032"})
    private long parameterCount;

    private final FlatMemory memory = new FlatMemory();
    private MemorySegment parameters;
    private MemorySegment gradients;
    private MemorySegment first;
    private MemorySegment second;
    private long steps;
    private double gigabytes;

    @Setup
    public void open() {
        parameters = memory.floats(parameterCount, OptimizerRule.WEIGHT);
        gradients = memory.floats(parameterCount, OptimizerRule.GRADIENT);
        first = memory.floats(parameterCount, 0);
        second = memory.floats(rule == OptimizerRule.ADAM ? parameterCount : 0, 0);
        stepOnce();
        rule.checkFirstStep(parameters);
        gigabytes = parameterCount * rule.bytesPerParameter() / 1e9;
    }

    @TearDown
    public void close() {
        memory.close();
    }

    @Benchmark
    public void step(Traffic traffic) {
        stepOnce();
        traffic.gigabytes += gigabytes;
    }

    private void stepOnce() {
        steps++;
        IntStream.range(0, THREADS).parallel().forEach(part -> {
            long begin = parameterCount * part / THREADS;
            long end = parameterCount * (part + 1) / THREADS;
            switch (rule) {
                case MOMENTUM -> momentum(begin, end);
                case ADAM -> adam(begin, end);
                default -> throw new IllegalArgumentException("there is no Java loop of " + rule);
            }
        });
    }

    private void momentum(long begin, long end) {
        for (long i = begin; i < end; i++) {
            float velocity = 0.9f * first.getAtIndex(JAVA_FLOAT, i) + gradients.getAtIndex(JAVA_FLOAT, i);
            first.setAtIndex(JAVA_FLOAT, i, velocity);
            parameters.setAtIndex(JAVA_FLOAT, i, parameters.getAtIndex(JAVA_FLOAT, i) - 1e-3f * velocity);
        }
    }

    private void adam(long begin, long end) {
        float size = (float) (1e-3 / (1 - Math.pow(0.9, steps)));
        float correction = (float) Math.sqrt(1 - Math.pow(0.999, steps));
        for (long i = begin; i < end; i++) {
            float g = gradients.getAtIndex(JAVA_FLOAT, i);
            float m = 0.9f * first.getAtIndex(JAVA_FLOAT, i) + 0.1f * g;
            float v = 0.999f * second.getAtIndex(JAVA_FLOAT, i) + 0.001f * g * g;
            first.setAtIndex(JAVA_FLOAT, i, m);
            second.setAtIndex(JAVA_FLOAT, i, v);
            float divisor = (float) Math.sqrt(v) / correction + 1e-8f;
            parameters.setAtIndex(JAVA_FLOAT, i, parameters.getAtIndex(JAVA_FLOAT, i) - size * m / divisor);
        }
    }
}
