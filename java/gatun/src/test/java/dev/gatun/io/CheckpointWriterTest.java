package dev.gatun.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.MemoryBudgetException;
import dev.gatun.memory.NoLeaks;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NoLeaks.class)
class CheckpointWriterTest {
    @TempDir
    Path run;

    private final Tensors tensors = new Tensors(1);
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void nothingIsLeft() throws IOException {
        tensors.close();
        assertThat(Tensors.openFiles(run)).isZero();
    }

    private Checkpoint checkpoint(NamedTensor weight, Map<String, Object> state) {
        return new Checkpoint(Map.of("name", "test"), List.of(weight, tensors.tensor("n", DType.I64)),
                List.of(tensors.tensor("w.momentum", DType.F32, 3, 3)), state);
    }

    /** Opens files only when it is told to, as a disk that is slow. */
    private ChannelOpener slow(ChannelOpener then) {
        return file -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return then.open(file);
        };
    }

    @ParameterizedTest
    @EnumSource
    void writesTheSameBytesAndForgetsTheOldest(CheckpointWriter.Mode mode) throws IOException {
        CheckpointStore store = new CheckpointStore(run.resolve("a"));
        CheckpointStore other = new CheckpointStore(run.resolve("b"));
        try (CheckpointWriter writer = CheckpointWriter.of(mode, store, 2, MemoryBudget.unlimited())) {
            for (long step = 1; step <= 4; step++) {
                Checkpoint checkpoint = checkpoint(tensors.tensor("w", DType.F32, 3, step), Map.of("step", step));
                other.write(step, checkpoint);
                writer.write(step, checkpoint);
            }
            writer.finish();
            assertThat(store.all()).hasSize(2);
        }
        for (long step : new long[] {3, 4}) {
            for (String file : List.of("model.json", "model.safetensors", "optimizer.safetensors", "state.json")) {
                String path = "checkpoints/step-0000000" + step + "/" + file;
                assertThat(run.resolve("a").resolve(path)).hasSameBinaryContentAs(run.resolve("b").resolve(path));
            }
        }
    }

    @Test
    void theRunGoesOnWhileTheDiskIsSlowAndWhatItChangesIsNotWritten() throws IOException {
        CheckpointStore store = new CheckpointStore(run, slow(ChannelOpener.DEFAULT));
        MemorySegment memory = tensors.segment(8).fill((byte) 7);
        Map<String, Object> state = new LinkedHashMap<>(Map.of("epoch", 1, "inner",
                new LinkedHashMap<>(Map.of("a", 1L))));
        MemoryBudget budget = MemoryBudget.unlimited();
        try (CheckpointWriter writer = CheckpointWriter.of(CheckpointWriter.Mode.BACKGROUND, store, 3, budget)) {
            writer.write(1, checkpoint(new NamedTensor("w", TensorType.f32(2), memory), state));
            assertThat(store.all()).as("not yet").isEmpty();
            long used = budget.used();
            assertThat(used).isGreaterThan(8 + 8 + 36);
            memory.fill((byte) 9); // the next step
            state.put("epoch", 2);
            Objects.requireNonNull((Map<?, ?>) state.get("inner")).clear();
            writer.check();
            go.countDown();
            writer.write(2, checkpoint(new NamedTensor("w", TensorType.f32(2), memory), state));
            assertThat(budget.used()).as("one snapshot, used again").isEqualTo(used);
            assertThat(store.all()).as("the first was waited for").isNotEmpty();
        }
        assertThat(budget.used()).isZero();
        assertThat(store.all()).hasSize(2);
        try (LoadedCheckpoint first = CheckpointStore.read(store.all().getFirst())) {
            assertThat(Tensors.readToHeap(first.model(), "w")).containsOnly(7);
            assertThat(first.state()).isEqualTo(Map.of("epoch", 1L, "inner", Map.of("a", 1L)));
        }
    }

    @Test
    void aFailureShowsOnceAtTheNextLookAndLeavesTheEarlierOnes() throws InterruptedException {
        new CheckpointStore(run).write(1, checkpoint(tensors.tensor("w", DType.F32, 2), Map.of()));
        ChannelOpener full = file -> FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
        AtomicReference<Thread> thread = new AtomicReference<>();
        CheckpointStore store = new CheckpointStore(run, file -> {
            thread.set(Thread.currentThread());
            return full.open(file);
        });
        MemoryBudget budget = MemoryBudget.unlimited();
        CheckpointWriter writer = CheckpointWriter.of(CheckpointWriter.Mode.BACKGROUND, store, 3, budget);
        writer.write(2, checkpoint(tensors.tensor("w", DType.F32, 2), Map.of()));
        while (thread.get() == null) {
            Thread.onSpinWait();
        }
        assertThat(thread.get()).isNotEqualTo(Thread.currentThread());
        thread.get().join();
        assertThatThrownBy(writer::check).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no space left on device").hasMessageContaining("are intact")
                .hasMessageNotContaining("\n");
        writer.check(); // said once
        writer.write(3, checkpoint(tensors.tensor("w", DType.F32, 2), Map.of()));
        assertThatThrownBy(writer::close).isInstanceOf(CheckpointException.class).hasMessageContaining("no space left");
        assertThat(budget.used()).as("given back all the same").isZero();
        assertThat(store.all()).hasSize(1);
        writer.close();
    }

    @Test
    void aBudgetThatIsTooSmallShowsBeforeTheRun() {
        MemoryBudget budget = MemoryBudget.ofBytes(100);
        try (CheckpointWriter writer = CheckpointWriter.of(
                CheckpointWriter.Mode.BACKGROUND, new CheckpointStore(run), 3, budget)) {
            assertThatThrownBy(() -> writer.prepare(checkpoint(tensors.tensor("w", DType.F32, 2), Map.of())))
                    .isInstanceOf(MemoryBudgetException.class).hasMessageContaining("snapshot of a checkpoint");
        }
        assertThat(Files.exists(run.resolve("checkpoints"))).isFalse();
    }

    @Test
    void anInterruptWaitsUntilTheCheckpointIsWhole() {
        CheckpointStore store = new CheckpointStore(run, slow(ChannelOpener.DEFAULT));
        try (CheckpointWriter writer = CheckpointWriter.of(
                CheckpointWriter.Mode.BACKGROUND, store, 3, MemoryBudget.unlimited())) {
            writer.write(1, checkpoint(tensors.tensor("w", DType.F32, 2), Map.of()));
            Thread.currentThread().interrupt();
            Thread.ofVirtual().start(go::countDown);
            writer.finish();
            assertThat(Thread.interrupted()).as("and is not lost").isTrue();
            assertThat(store.all()).hasSize(1);
        }
    }

    @Test
    void atLeastOneCheckpointIsKept() {
        assertThatIllegalArgumentException().isThrownBy(() -> CheckpointWriter.of(
                CheckpointWriter.Mode.BLOCKING, new CheckpointStore(run), 0, MemoryBudget.unlimited()));
    }
}
