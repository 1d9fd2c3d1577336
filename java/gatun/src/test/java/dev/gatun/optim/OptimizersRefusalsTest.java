package dev.gatun.optim;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.ElementRange;
import dev.gatun.update.kernel.UpdateClaim;
import dev.gatun.update.kernel.UpdateRequest;
import dev.gatun.update.rule.SgdHyperparameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that native code could not use, or not at the same time: refused in one line, whichever buffer it is. */
@ExtendWith(NoLeaks.class)
class OptimizersRefusalsTest {
    private static final String STATE = "momentum_buffer";
    private static final long ELEMENTS = 16;
    private static final SgdHyperparameters SGD = SgdHyperparameters.DEFAULTS.withLearningRate(1).withMomentum(0.5);

    private final Arena arena = Arena.ofShared();
    private final Map<String, MemorySegment> buffers = new HashMap<>();

    OptimizersRefusalsTest() {
        for (String name : List.of("parameters", "gradients", STATE, Optimizer.AVERAGE)) {
            buffers.put(name, arena.allocate(JAVA_FLOAT, ELEMENTS));
        }
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private static Device open(String backend) {
        return Backends.open(backend, DeviceOptions.defaults().withThreads(1));
    }

    private MemorySegment buffer(String name) {
        return Objects.requireNonNull(buffers.get(name));
    }

    private Optimizer optimizer(Device device) {
        return Optimizers.on(device, List.of(SGD), List.of(new ElementRange(0, buffer("parameters").byteSize() / 4, 0)),
                buffer("parameters"), buffer("gradients"),
                Map.of(STATE, buffer(STATE), Optimizer.AVERAGE, buffer(Optimizer.AVERAGE)),
                OptimizerOptions.NONE.withAverageDecay(0.5));
    }

    private void refused(String name, UnaryOperator<MemorySegment> wrong, Class<? extends Exception> type,
            String reason) {
        MemorySegment good = buffer(name);
        buffers.put(name, wrong.apply(good));
        for (String backend : TestDevices.inHostMemory().toList()) {
            try (Device device = open(backend)) {
                assertThatThrownBy(() -> optimizer(device).close()).as("%s on %s", name, backend).isInstanceOf(type)
                        .hasMessageContaining(name.equals(Optimizer.AVERAGE) ? "average" : name)
                        .hasMessageContaining(reason).hasMessageNotContaining("\n");
            }
        }
        buffers.put(name, good);
    }

    private void refused(String name, UnaryOperator<MemorySegment> wrong, String reason) {
        refused(name, wrong, IllegalArgumentException.class, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"parameters", "gradients", STATE, Optimizer.AVERAGE})
    void memoryOfTheWrongKind(String name) throws Exception {
        refused(name, _ -> MemorySegment.ofArray(new float[(int) ELEMENTS]), "must be off-heap");
        refused(name, memory -> memory.asSlice(0, 10), "must be a whole number of f32 elements");
        refused(name, memory -> memory.asSlice(0, 60), "both must hold the same number");
        refused(name, _ -> arena.allocate(68).asSlice(2, 64), "must begin at a multiple of 4 bytes");
        if (!name.equals("gradients")) {
            refused(name, MemorySegment::asReadOnly, "must be writable");
        }
        try (Arena closed = Arena.ofConfined()) {
            buffers.put("closed", closed.allocate(JAVA_FLOAT, ELEMENTS));
        }
        refused(name, _ -> buffer("closed"), IllegalStateException.class, "is closed");
        MemorySegment foreign = elsewhere("owner of the arena",
                () -> Arena.ofConfined().allocate(JAVA_FLOAT, ELEMENTS));
        refused(name, _ -> foreign, "must not be confined to another thread");
        assertThat(buffer(name).byteSize()).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({"parameters,gradients", "gradients,parameters", "parameters,momentum_buffer",
            "gradients,momentum_buffer",
        "ema,parameters", "ema,momentum_buffer"})
    void memoryThatOverlaps(String name, String other) {
        refused(name, _ -> buffer(other), "overlap");
        MemorySegment both = arena.allocate(JAVA_FLOAT, 2 * ELEMENTS);
        MemorySegment good = buffer(other);
        buffers.put(other, both.asSlice(0, 64));
        refused(name, _ -> both.asSlice(60, 64), "overlap");
        buffers.put(name, both.asSlice(64));
        try (Device device = open("cpu"); Optimizer neighbours = optimizer(device)) {
            assertThat(neighbours.step()).isTrue();
        }
        buffers.put(other, good);
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.backend.TestDevices#inHostMemory")
    void gradientsMayBeReadOnly(String backend) {
        buffers.computeIfPresent("gradients", (_, memory) -> memory.asReadOnly());
        try (Device device = open(backend); Optimizer optimizer = optimizer(device)) {
            assertThat(optimizer.step()).isTrue();
        }
    }

    /** Closed by its owner between two steps. */
    @ParameterizedTest
    @CsvSource({"cpu,parameters", "cpu,gradients", "cpu," + STATE, "cpu," + Optimizer.AVERAGE, "reference,parameters",
        "reference," + Optimizer.AVERAGE})
    void memoryThatIsClosedMeanwhile(String backend, String name) {
        buffers.forEach((_, memory) -> memory.fill((byte) 0));
        buffer("gradients").setAtIndex(JAVA_FLOAT, 0, 1);
        Arena lost = Arena.ofConfined();
        buffers.put(name, lost.allocate(JAVA_FLOAT, ELEMENTS));
        try (Device device = open(backend); Optimizer optimizer = optimizer(device)) {
            optimizer.step();
            float[] before = name.equals("parameters") ? new float[0] : buffer("parameters").toArray(JAVA_FLOAT);
            lost.close();
            assertThatThrownBy(optimizer::step).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is closed: keep its arena open");
            assertThat(optimizer.steps()).isEqualTo(1);
            if (!name.equals("parameters")) {
                assertThat(buffer("parameters").toArray(JAVA_FLOAT)).containsExactly(before);
            }
        }
    }

    /** Closed by another thread while steps run: either the close is refused or the step, and the process lives. */
    @ParameterizedTest
    @ValueSource(strings = {"parameters", "gradients", STATE, Optimizer.AVERAGE})
    void memoryThatAnotherThreadCloses(String name) throws Exception {
        int refusals = 0; // nearly all the time is spent in steps, but a close may hit the moment between two
        for (int round = 0; round < 100 && refusals == 0; round++) {
            refusals = closeWhileStepping(name, 100_000L * (round + 1));
        }
        assertThat(refusals).as("closes that found a step at work").isPositive();
    }

    private int closeWhileStepping(String name, long delayNanos) throws Exception {
        Arena contested = Arena.ofShared();
        buffers.replaceAll((key, _) -> (key.equals(name) ? contested : arena).allocate(JAVA_FLOAT, 2_000_000));
        try (Device device = open("cpu"); Optimizer optimizer = optimizer(device)) {
            CountDownLatch stepping = new CountDownLatch(3);
            FutureTask<Integer> closer = start("closer", () -> {
                stepping.await();
                LockSupport.parkNanos(delayNanos); // being woken falls between two steps where cores are scarce
                int refusals = 0;
                while (contested.scope().isAlive()) {
                    try {
                        contested.close();
                    } catch (IllegalStateException e) {
                        refusals++;
                        LockSupport.parkNanos(100_000); // the steps need the cores
                    }
                }
                return refusals;
            });
            assertThatThrownBy(() -> {
                while (true) {
                    optimizer.step();
                    stepping.countDown();
                }
            }).isInstanceOf(IllegalStateException.class);
            return closer.get();
        }
    }

    /** Two optimizers, each on a thread and a device of its own, in the middle of a step over the same weights. */
    @ParameterizedTest
    @MethodSource("dev.gatun.backend.TestDevices#inHostMemory")
    void stepsOfTwoThreadsOverTheSameMemory(String backend) throws Exception {
        UpdateClaim running = new UpdateRequest(List.of(SGD), List.of(), Transfers.borrowed(buffer("parameters")),
                Transfers.borrowed(arena.allocate(64)), Map.of(STATE, Transfers.borrowed(arena.allocate(64))), null)
                .claim();
        running.begin();
        String owner = Thread.currentThread().getName();
        assertThatThrownBy(() -> elsewhere("second", () -> step(backend)))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("parameters overlap parameters of an optimizer that thread \"" + owner
                + "\" is stepping")
                .hasMessageContaining("step one after the other");
        running.end();
        assertThat(elsewhere("second", () -> step(backend))).isTrue();
        UpdateClaim reading = new UpdateRequest(List.of(SGD), List.of(), Transfers.borrowed(arena.allocate(64)),
                Transfers.borrowed(buffer("gradients")), Map.of(STATE, Transfers.borrowed(arena.allocate(64))), null)
                .claim();
        reading.begin();
        assertThat(elsewhere("second", () -> step(backend))).as("the same gradients, read by both").isTrue();
        reading.end();
    }

    @ParameterizedTest
    @MethodSource("dev.gatun.backend.TestDevices#inHostMemory")
    void resultsOfAnotherThreadsOptimizer(String backend) throws Exception {
        try (Device device = open(backend); Optimizer optimizer = optimizer(device)) {
            optimizer.step();
            String owner = Thread.currentThread().getName();
            for (Callable<Object> look : List.<Callable<Object>>of(
                    optimizer::results, optimizer::steps, optimizer::gradientNorm, optimizer::firstNonFinite)) {
                assertThatThrownBy(() -> elsewhere("second", look)).hasCauseInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("the optimizer belongs to thread \"" + owner + "\", not to \"second\"");
            }
            assertThat(optimizer.steps()).isEqualTo(1);
        }
    }

    private boolean step(String backend) {
        try (Device device = open(backend); Optimizer optimizer = optimizer(device)) {
            return optimizer.step();
        }
    }

    private static <T> FutureTask<T> start(String thread, Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().name(thread).start(future);
        return future;
    }

    private static <T> T elsewhere(String thread, Callable<T> task) throws InterruptedException, ExecutionException {
        return start(thread, task).get();
    }
}
