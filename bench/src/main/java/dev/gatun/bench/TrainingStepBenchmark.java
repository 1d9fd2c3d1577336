package dev.gatun.bench;

import com.sun.management.ThreadMXBean;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/** One training step, and each of its phases alone. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Threads(1)
@Warmup(iterations = 3, time = 4)
@Measurement(iterations = 5, time = 4)
@Fork(value = 3, jvmArgs = {"--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
    "--sun-misc-unsafe-memory-access=allow", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch",
    "-XX:MaxDirectMemorySize=8g"})
public class TrainingStepBenchmark {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Models with the images they are known for. */
    public enum Network {
        /** 28x28 grey. */
        LENET {
            @Override
            Model model() {
                return Models.create("lenet", 1, 28, 28, 10);
            }
        },
        /** 32x32 in colour. */
        RESNET18 {
            @Override
            Model model() {
                return Models.create("resnet18", 3, 32, 32, 10);
            }
        };

        abstract Model model();
    }

    /** A run that is past its first steps. */
    @State(Scope.Thread)
    public static class Ready {
        @Param
        Network network;

        @Param("64")
        int batchSize;

        @Param("F32")
        Precision precision;

        TrainingRun run;

        /** On the benchmark's own thread: the device belongs to the thread that opens it. */
        @Setup
        public void open() {
            run = new TrainingRun(network.model(), batchSize, PrecisionPolicy.of(precision));
            run.checkAndSettle();
        }

        @TearDown
        public void close() {
            run.close();
        }
    }

    /** A run whose forward pass is fresh. JMH keeps its time out of the result; a pass is long enough for that. */
    @State(Scope.Thread)
    public static class AfterForward extends Ready {
        @Setup(Level.Invocation)
        public void prepare() {
            run.forward();
        }
    }

    /** Makes JMH report these per second too. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Seen {
        /** Each image goes through the whole step. */
        public long images;
        /** On the Java heap, by this thread, within steps: what -prof gc cannot tell from the harness's own objects. */
        public long heapBytes;
    }

    /** Prepack, forward, look at the loss, backward, optimizer, running statistics. */
    @Benchmark
    public float step(Ready ready, Seen seen) {
        long before = THREADS.getCurrentThreadAllocatedBytes(); // allocates nothing, takes far less than a microsecond
        float loss = ready.run.step();
        seen.heapBytes += THREADS.getCurrentThreadAllocatedBytes() - before;
        seen.images += ready.batchSize;
        return loss;
    }

    /** Prepack and forward. */
    @Benchmark
    public void forward(Ready ready) {
        ready.run.forward();
    }

    /** Backward alone. */
    @Benchmark
    public void backward(AfterForward ready) {
        ready.run.backward();
    }

    /** The optimizer alone. */
    @Benchmark
    public void optimizer(Ready ready) {
        ready.run.optimize();
    }
}
