package dev.gatun.bench;

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
import org.bytedeco.pytorch.LBFGS;
import org.bytedeco.pytorch.LBFGSOptions;
import org.bytedeco.pytorch.LossClosure;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * PyTorch's L-BFGS, one iteration a step, without line search and with a history of ten: many passes over memory,
 * on top of a copy for the gradients.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
@Threads(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(value = 3, jvmArgs = {"--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny",
    "--sun-misc-unsafe-memory-access=allow", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch",
    "-XX:MaxDirectMemorySize=8g", "-Dorg.bytedeco.javacpp.maxbytes=0", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"})
public class PytorchLbfgsBenchmark {
    private static final long HISTORY = 10;

    /** As in {@link OptimizerBenchmark}. */
    @Param({"11173962", "25557032"})
    private long parameterCount;

    private PytorchTensors tensors;
    private LBFGS optimizer;
    private LossClosure closure;
    private Tensor loss;

    @Setup
    public void open() {
        tensors = new PytorchTensors(parameterCount);
        LBFGSOptions options = new LBFGSOptions(1e-3);
        options.max_iter().put(1);
        options.history_size().put(HISTORY);
        options.tolerance_grad().put(0);
        options.tolerance_change().put(0);
        optimizer = new LBFGS(tensors.all(), options);
        loss = torch.ones(1);
        closure = new LossClosure() {
            @Override
            public Tensor call() {
                tensors.descend();
                return loss;
            }
        };
        step();
    }

    @TearDown
    public void close() {
        optimizer.close();
        closure.close();
        loss.close();
        tensors.close();
    }

    @Benchmark
    public Tensor step() {
        return optimizer.step(closure);
    }
}
