package dev.gatun.bench;

import dev.gatun.backend.AdamHyperparameters;
import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.SgdHyperparameters;
import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import dev.gatun.optim.Optimizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
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

/** A fused optimizer step beside a plain copy that moves as many bytes: what this memory does anyway. */
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
    private static final float GRADIENT = 0.5f;
    private static final double LEARNING_RATE = 1e-3;

    /** An update rule and the bytes it has to read and write for each parameter. */
    public enum Rule {
        /** Reads parameter, gradient and two moments, writes all but the gradient. */
        ADAM(AdamHyperparameters.ADAM.withLearningRate(LEARNING_RATE), 7 * Float.BYTES, LEARNING_RATE),
        /** Reads parameter, gradient and momentum, writes all but the gradient. */
        SGD_MOMENTUM(
                SgdHyperparameters.DEFAULTS.withMomentum(0.9).withLearningRate(LEARNING_RATE), 5 * Float.BYTES,
                LEARNING_RATE * GRADIENT);

        private final Hyperparameters hyperparameters;
        private final int bytesPerParameter;
        private final double firstStep; // how far it moves a parameter of gradient GRADIENT

        Rule(Hyperparameters hyperparameters, int bytesPerParameter, double firstStep) {
            this.hyperparameters = hyperparameters;
            this.bytesPerParameter = bytesPerParameter;
            this.firstStep = firstStep;
        }
    }

    /** Makes JMH report bytes per second too. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Traffic {
        /** Of 10^9 bytes. */
        public double gigabytes;
    }

    @Param
    private Rule rule;

    /** As many as ResNet-18 for ten classes: far more than any cache holds. */
    @Param("11173962")
    private long parameterCount;

    private Device device;
    private Slab parameters;
    private Slab gradients;
    private Optimizer optimizer;
    private Slab source;
    private Slab target;
    private long copied; // elements, each of which a copy reads once and writes once
    private double gigabytes;

    @Setup
    public void open() {
        device = Backends.open("cpu", DeviceOptions.defaults());
        parameters = allocate(Role.PARAMETERS, "parameters", parameterCount);
        gradients = allocate(Role.GRADIENTS, "gradients", parameterCount);
        optimizer = new Optimizer(device, parameters.segment(), gradients.segment(), List.of(rule.hyperparameters),
                List.of(new ElementRange(0, parameterCount, 0)));
        long bytes = parameterCount * rule.bytesPerParameter;
        gigabytes = bytes / 1e9;
        copied = bytes / (2 * Float.BYTES);
        source = allocate(Role.WORKSPACE, "source", copied);
        target = allocate(Role.WORKSPACE, "target", copied);
        checkStep();
        checkCopy();
    }

    private Slab allocate(Role role, String label, long elements) {
        return device.memory().allocate(role, label, elements * Float.BYTES);
    }

    private void checkStep() {
        for (long i = 0; i < parameterCount; i++) {
            parameters.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
            gradients.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, GRADIENT);
        }
        optimizer.step();
        for (long i = 0; i < parameterCount; i++) {
            double moved = 1 - (double) parameters.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            Check.that(Math.abs(moved - rule.firstStep) < 1e-6, rule + " moves parameter " + i + " by " + rule.firstStep
                    + ", not by " + moved);
        }
    }

    private void checkCopy() {
        for (long i = 0; i < copied; i++) {
            source.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
        }
        copyOnce();
        Check.that(source.segment().mismatch(target.segment()) == -1, "a copy equals its source");
    }

    @TearDown
    public void close() {
        target.close();
        source.close();
        optimizer.close();
        gradients.close();
        parameters.close();
        device.close();
    }

    @Benchmark
    public void step(Traffic traffic) {
        optimizer.step();
        traffic.gigabytes += gigabytes;
    }

    @Benchmark
    public void copy(Traffic traffic) {
        copyOnce();
        traffic.gigabytes += gigabytes;
    }

    private void copyOnce() {
        MemorySegment from = source.segment();
        MemorySegment to = target.segment();
        Check.status(gatun_h.gatun_copy(copied, from, to), "gatun_copy", copied);
    }
}
