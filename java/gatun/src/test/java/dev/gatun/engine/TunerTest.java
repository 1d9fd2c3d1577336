package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.memory.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which candidate is taken: the recorded one, the remembered one, the fastest, the first. */
class TunerTest {
    private static final List<String> NAMES = List.of("first", "slow", "fast");
    private static final Map<String, Long> NANOS = Map.of("first", 100L, "slow", 900L, "fast", 50L);
    private static long never(String name) {
        throw new AssertionError("measured " + name);
    }

    @TempDir
    Path folder;

    private ChoiceCache cache() {
        return new ChoiceCache(folder, "here");
    }

    private static Tuner tuner(Map<String, String> recorded, Tuning tuning,
            @org.jspecify.annotations.Nullable ChoiceCache cache) {
        return tuner(recorded, tuning, cache, Tuner.LIMIT);
    }

    private static Tuner tuner(Map<String, String> recorded, Tuning tuning,
            @org.jspecify.annotations.Nullable ChoiceCache cache, long limit) {
        return new Tuner(KernelChoices.of(recorded), tuning, cache, limit, () -> 0);
    }

    @Test
    void theFastestIsMeasuredOnceAndRemembered() {
        Tuner tuner = tuner(Map.of(), Tuning.MEASURED, cache());
        assertThat(tuner.choose("a problem", NAMES, NANOS::get)).isEqualTo("fast");
        assertThat(tuner.chosen().entries()).isEqualTo(Map.of("a problem", "fast"));
        assertThat(tuner(Map.of(), Tuning.MEASURED, cache()).choose("a problem", NAMES, TunerTest::never))
                .isEqualTo("fast");
        assertThat(tuner(Map.of(), Tuning.MEASURED, cache()).choose("a problem", List.of("first", "slow"), NANOS::get))
                .as("what is remembered is no longer offered").isEqualTo("first");
    }

    @Test
    void aRecordedChoiceGoesBeforeAllElse() {
        cache().store("a problem", "fast");
        for (Tuning tuning : Tuning.values()) {
            Tuner tuner = tuner(Map.of("a problem", "slow"), tuning, cache());
            assertThat(tuner.choose("a problem", NAMES, TunerTest::never)).isEqualTo("slow");
            assertThat(tuner.chosen().of("a problem")).contains("slow");
        }
    }

    @Test
    void withoutMeasuringItIsTheFirstWhateverIsRemembered() {
        cache().store("a problem", "fast");
        assertThat(tuner(Map.of(), Tuning.FIRST, cache()).choose("a problem", NAMES, TunerTest::never))
                .isEqualTo("first");
        assertThat(tuner(Map.of("a problem", "gone"), Tuning.FIRST, cache())
                .choose("a problem", NAMES, TunerTest::never))
                .isEqualTo("first");
    }

    @Test
    void aHairsBreadthIsNoReasonToLeaveTheFirst() {
        Tuner tuner = tuner(Map.of(), Tuning.MEASURED, null);
        assertThat(tuner.choose("a problem", NAMES, Map.of("first", 1000L, "slow", 2000L, "fast", 990L)::get))
                .isEqualTo("first");
    }

    @Test
    void whereThereIsNoRoomToTryItIsTheFirstAndNothingIsRemembered() {
        Tuner tuner = tuner(Map.of(), Tuning.MEASURED, cache());
        assertThat(tuner.choose("a problem", NAMES, _ -> {
            try (Buffer slab = MemoryBudget.ofBytes(1).allocate(Role.WORKSPACE, "trial", 64)) {
                return slab.bytes();
            }
        })).isEqualTo("first");
        assertThat(cache().find("a problem")).isEmpty();
    }

    @Test
    void whatTheLimitCutsOffIsTheFirstAndNothingThatRestsOnItIsRemembered() {
        Tuner tuner = tuner(Map.of(), Tuning.MEASURED, cache(), -1);
        assertThat(tuner.wasCutOff()).isFalse();
        assertThat(tuner.choose("a problem", NAMES, TunerTest::never)).isEqualTo("first");
        assertThat(tuner.wasCutOff()).isTrue();
        Tuner layouts = tuner(Map.of(), Tuning.MEASURED, cache());
        assertThat(layouts.choose("a layout", NAMES, name -> {
            layouts.cutOff(); // as a trial does whose kernels were not all measured
            return Objects.requireNonNull(NANOS.get(name));
        })).isEqualTo("fast");
        assertThat(cache().find("a problem")).isEmpty();
        assertThat(cache().find("a layout")).isEmpty();
    }

    /** A neighbour that keeps the threads waiting for ever longer. */
    @Test
    void whatABusyNeighbourDisturbsIsRememberedByThisProcessAlone() throws IOException {
        AtomicLong delay = new AtomicLong();
        Tuner tuner = new Tuner(
                KernelChoices.NONE, Tuning.MEASURED, cache(), Tuner.LIMIT, () -> delay.getAndAdd(Tuner.LIMIT));
        assertThat(tuner.choose("a problem", NAMES, NANOS::get)).isEqualTo("fast");
        assertThat(tuner.wasDisturbed()).isTrue();
        Tuner layouts = tuner(Map.of(), Tuning.MEASURED, cache());
        layouts.disturb(); // as a trial does whose kernels were disturbed
        assertThat(layouts.choose("a layout", NAMES, NANOS::get)).isEqualTo("fast");
        for (String problem : List.of("a problem", "a layout")) {
            assertThat(cache().find(problem)).contains("fast");
            assertThat(tuner(Map.of(), Tuning.MEASURED, cache()).choose(problem, NAMES, TunerTest::never))
                    .isEqualTo("fast");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void theRunDelayGrowsWhereThreadsOutnumberProcessors() throws InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/self/schedstat")));
        long before = RunDelay.nanos();
        List<Thread> threads = new ArrayList<>();
        AtomicBoolean end = new AtomicBoolean();
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
            threads.add(Thread.ofPlatform().daemon().start(() -> {
                while (!end.get()) {
                    Thread.onSpinWait();
                }
            }));
        }
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (RunDelay.nanos() <= before && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
        assertThat(RunDelay.nanos()).isGreaterThan(before);
        end.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
