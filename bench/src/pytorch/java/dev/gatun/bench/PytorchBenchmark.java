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
import org.bytedeco.pytorch.Adagrad;
import org.bytedeco.pytorch.AdagradOptions;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;

/**
 * PyTorch's C++ optimizers of the same rules, from the same starting point. The process loads nothing native of Gatun,
 * so that each side has its own OpenMP runtime to itself.
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
public class PytorchBenchmark {
    @Param({"SGD", "MOMENTUM", "NESTEROV", "ADAGRAD", "RMSPROP", "ADAM", "ADAMW"})
    private OptimizerRule rule;

    /** As in {@link OptimizerBenchmark}. */
    @Param({"11173962", "25557032"})
    private long parameterCount;

    private PytorchTensors tensors;
    private Optimizer optimizer;
    private double gigabytes;

    @Setup
    public void open() {
        tensors = new PytorchTensors(parameterCount);
        optimizer = optimizer(tensors.all());
        optimizer.step();
        rule.checkFirstStep(tensors.memory());
        gigabytes = parameterCount * rule.bytesPerParameter() / 1e9;
    }

    private Optimizer optimizer(TensorVector parameters) {
        return switch (rule) {
            case SGD -> new SGD(parameters, new SGDOptions(1e-3));
            case MOMENTUM -> new SGD(parameters, momentum());
            case NESTEROV -> {
                SGDOptions options = momentum();
                options.nesterov().put(true);
                yield new SGD(parameters, options);
            }
            case ADAGRAD -> new Adagrad(parameters, new AdagradOptions(1e-2));
            case RMSPROP -> new RMSprop(parameters, new RMSpropOptions(1e-2));
            case ADAM -> new Adam(parameters, new AdamOptions(1e-3));
            case ADAMW -> new AdamW(parameters, new AdamWOptions(1e-3));
            default -> throw new IllegalArgumentException("PyTorch's C++ library has no " + rule);
        };
    }

    private static SGDOptions momentum() {
        SGDOptions options = new SGDOptions(1e-3);
        options.momentum().put(0.9);
        return options;
    }

    @TearDown
    public void close() {
        optimizer.close();
        tensors.close();
    }

    @Benchmark
    public void step(Traffic traffic) {
        optimizer.step();
        traffic.gigabytes += gigabytes;
    }
}
