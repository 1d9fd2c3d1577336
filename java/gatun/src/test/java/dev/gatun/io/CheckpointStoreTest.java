package dev.gatun.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.gatun.io.file.AtomicFolder;
import dev.gatun.io.file.Disk;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.shape.DType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStoreTest {
    @TempDir
    Path run;

    private final Tensors tensors = new Tensors(1);

    @AfterEach
    void nothingIsLeft() throws IOException {
        tensors.close();
        assertThat(MemoryBudget.outstanding()).isEmpty();
        assertThat(Tensors.openFiles(run)).isZero();
    }

    private Checkpoint checkpoint(long seed) {
        return new Checkpoint(
                Map.of("name", "test", "layers", List.of(1, 2)),
                List.of(tensors.tensor("w", DType.F32, 3, 2), tensors.tensor("b", DType.F32, 3)),
                List.of(tensors.tensor("w.momentum", DType.F32, 3, 2)),
                Map.of("seed", seed, "best", Double.POSITIVE_INFINITY, "lr", 0.1, "f", 0.1f, "i", 7));
    }

    @Test
    void roundTripByCheckpointAndByRun() {
        CheckpointStore store = new CheckpointStore(run);
        assertThat(store.latest()).isEmpty();
        assertThat(store.all()).isEmpty();
        Checkpoint written = checkpoint(Long.MIN_VALUE);
        Path path = store.write(938, written);

        assertThat(path).isEqualTo(run.resolve("checkpoints/step-00000938"));
        assertThat(Tensors.names(path)).containsExactly("model.json", "model.safetensors", "optimizer.safetensors",
                "state.json");
        for (Path each : List.of(run, path)) {
            try (LoadedCheckpoint read = CheckpointStore.read(each)) {
                assertThat(read.path()).isEqualTo(path);
                assertThat(read.step()).isEqualTo(938);
                assertThat(read.state()).isEqualTo(
                        Map.of("seed", Long.MIN_VALUE, "best", "Infinity", "lr", 0.1, "f", 0.1, "i", 7L));
                assertThat(read.description()).isEqualTo(Map.of("name", "test", "layers", List.of(1L, 2L)));
                assertThat(read.model().names()).containsExactly("w", "b");
                assertThat(tensors.read(read.model(), "w")).isEqualTo(Tensors.bytes(written.model().getFirst()));
                assertThat(tensors.read(read.optimizer(), "w.momentum"))
                        .isEqualTo(Tensors.bytes(written.optimizer().getFirst()));
            }
        }
    }

    @Test
    void anOptimizerWithoutStateIsAnEmptyFile() {
        new CheckpointStore(run).write(0, new Checkpoint(Map.of(), List.of(), List.of(), Map.of()));
        try (LoadedCheckpoint read = CheckpointStore.read(run)) {
            assertThat(read.step()).isZero();
            assertThat(read.optimizer().names()).isEmpty();
        }
    }

    @Test
    void latestAllAndPruneGoByNumber() {
        CheckpointStore store = new CheckpointStore(run);
        for (long step : new long[] {100_000_000, 20, 99_999_999, 3}) {
            store.write(step, checkpoint(step));
        }
        assertThat(store.all()).extracting(path -> path.getFileName().toString())
                .containsExactly("step-00000003", "step-00000020", "step-99999999", "step-100000000");
        store.prune(2);
        assertThat(Tensors.names(run.resolve("checkpoints"))).containsExactly("step-100000000", "step-99999999");
        assertThat(store.latest()).contains(run.resolve("checkpoints/step-100000000"));
        store.prune(5);
        assertThat(store.all()).hasSize(2);
        assertThatIllegalArgumentException().isThrownBy(() -> store.prune(0));
    }

    @Test
    void theSameStepIsReplaced() {
        CheckpointStore store = new CheckpointStore(run);
        store.write(5, checkpoint(1));
        store.write(5, checkpoint(2));
        assertThat(Tensors.names(run.resolve("checkpoints"))).containsExactly("step-00000005");
        try (LoadedCheckpoint read = CheckpointStore.read(run)) {
            assertThat(read.state()).containsEntry("seed", 2L);
        }
    }

    @Test
    void aCheckpointUnderTheNameOfAnotherStepIsRefused() throws IOException {
        CheckpointStore store = new CheckpointStore(run);
        Path good = store.write(5, checkpoint(5));
        Path other = Files.move(good, good.resolveSibling("step-00000099"));
        assertThat(store.latest()).contains(other);
        for (Path path : List.of(run, other, AtomicFolder.replaced(other))) {
            if (path.equals(AtomicFolder.replaced(other))) {
                Files.move(other, path);
            }
            assertThatThrownBy(() -> CheckpointStore.read(path).close()).isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("step-00000099").hasMessageEndingWith(": its name says step 99, but its"
                            + " state.json says step 5: rename it to step-00000005");
        }
        Path named = Files.move(AtomicFolder.replaced(other), run.resolve("the-best"));
        try (LoadedCheckpoint read = CheckpointStore.read(named)) {
            assertThat(read.step()).as("under a name of the user's own").isEqualTo(5);
        }
    }

    @Test
    void leftoversOfCrashesAreIgnoredAndThenRemoved() throws IOException {
        CheckpointStore store = new CheckpointStore(run);
        Path good = store.write(5, checkpoint(5));
        Path checkpoints = Disk.parent(good);
        Path partial = Files.createDirectory(checkpoints.resolve(".step-00000009.1.partial"));
        for (String name : Tensors.names(good)) {
            Files.copy(good.resolve(name), partial.resolve(name));
        }
        Path incomplete = Files.createDirectory(checkpoints.resolve("step-00000008"));
        Files.copy(good.resolve("state.json"), incomplete.resolve("state.json"));
        Files.copy(good.resolve("optimizer.safetensors"), incomplete.resolve("optimizer.safetensors"));
        Files.createDirectory(checkpoints.resolve("notes"));

        assertThat(store.all()).containsExactly(good);
        assertThatThrownBy(() -> CheckpointStore.read(incomplete).close()).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("an incomplete checkpoint");
        store.write(6, checkpoint(6));
        assertThat(partial).doesNotExist();
        assertThat(Tensors.names(checkpoints)).contains("notes", "step-00000008");
    }

    @Test
    void aCrashWhileReplacingLeavesTheEarlierOne() throws IOException {
        CheckpointStore store = new CheckpointStore(run);
        Path good = store.write(5, checkpoint(5));
        Files.move(good, AtomicFolder.replaced(good));
        try (LoadedCheckpoint read = CheckpointStore.read(run)) {
            assertThat(read.step()).isEqualTo(5);
        }
        store.write(5, checkpoint(6));
        assertThat(store.all()).containsExactly(good);
    }

    @Test
    void aFullDiskNamesWhatIsIntact() {
        ChannelOpener full = file -> FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
        assertThatThrownBy(() -> new CheckpointStore(run, full).write(5, checkpoint(5)))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("cannot write the checkpoint " + run.resolve("checkpoints/step-00000005")
                        + ": no space left on device; there is no earlier one; "
                        + "free some space or choose a folder on another disk, then try again")
                .hasRootCauseInstanceOf(IOException.class);
        Path good = new CheckpointStore(run).write(5, checkpoint(5));
        for (long step : new long[] {5, 6}) {
            assertThatThrownBy(() -> new CheckpointStore(run, full).write(step, checkpoint(step)))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("no space left on device; " + good + " and those before it are intact; free");
        }
        assertThat(Tensors.names(Disk.parent(good))).containsExactly("step-00000005");
        CheckpointStore.read(good).close();
    }

    @Test
    void aStateThatIsNotPlainLeavesNothing() {
        Checkpoint odd = new Checkpoint(Map.of(), List.of(), List.of(), Map.of("x", new Object()));
        assertThatIllegalArgumentException().isThrownBy(() -> new CheckpointStore(run).write(1, odd));
        assertThat(run.resolve("checkpoints")).isEmptyDirectory();
    }

    @Test
    void pathsWithoutACheckpoint() throws IOException {
        Path file = Files.writeString(run.resolve("file"), "");
        for (Map.Entry<Path, String> each : Map.of(run, "no complete checkpoint in it",
                run.resolve("none"), "no such folder", file, "a file, not a folder").entrySet()) {
            assertThatThrownBy(() -> CheckpointStore.read(each.getKey()).close())
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(each.getKey() + ": " + each.getValue()
                            + "; give the folder of a run or of one of its checkpoints");
        }
        Files.writeString(run.resolve("checkpoints"), "");
        assertThatThrownBy(() -> new CheckpointStore(run).write(1, checkpoint(1)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("a file is in the way");
    }

    @Test
    void anotherSchemaIsRefused() throws IOException {
        Path state = new CheckpointStore(run).write(1, checkpoint(1)).resolve("state.json");
        String text = Files.readString(state);
        String now = "\"schema\": " + Schema.VERSION;
        String before = "\"schema\": " + (Schema.VERSION - 1);
        for (Map.Entry<String, String> each : Map.of("\"schema\": 99", "newer", before, "older",
                "\"format\": \"gatun-checkpoint-1\"", "states no valid schema version").entrySet()) {
            Files.writeString(state, text.replace(now, each.getKey()));
            assertThatThrownBy(() -> CheckpointStore.read(run).close()).isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith(state + ": ").hasMessageContaining(each.getValue())
                    .hasMessageContaining("use the Gatun that wrote it").hasMessageNotContaining("\n");
        }
    }

    @Test
    void writingClosesAlsoWhenItFails() {
        int[] released = new int[1];
        Map<String, Object> odd = Map.of("x", new Object());
        for (Map<String, Object> state : List.of(Map.<String, Object>of(), odd)) {
            Checkpoint checkpoint = new Checkpoint(Map.of(), List.of(), List.of(), state, () -> released[0]++);
            if (state.isEmpty()) {
                new CheckpointStore(run).write(1, checkpoint);
            } else {
                assertThatIllegalArgumentException().isThrownBy(() -> new CheckpointStore(run).write(2, checkpoint));
            }
        }
        assertThat(released[0]).isEqualTo(2);
    }

    @Test
    void damageNamesAnotherCheckpoint() throws IOException {
        CheckpointStore store = new CheckpointStore(run);
        Path first = store.write(1, checkpoint(1));
        Path second = store.write(2, checkpoint(2));
        Path model = second.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(model);
        bytes[bytes.length - 1] ^= 1;
        Files.write(model, bytes);
        assertThatThrownBy(() -> CheckpointStore.read(run).close()).isInstanceOf(CheckpointException.class).hasMessage(
                second + ": model.safetensors does not match its checksum; use another checkpoint, such as " + first);
        Files.write(model, Arrays.copyOf(bytes, 100));
        assertThatThrownBy(() -> CheckpointStore.read(run).close())
                .hasMessageContaining("model.safetensors has 100 bytes, where " + bytes.length + " were written");
        Disk.delete(first);
        assertThatThrownBy(() -> CheckpointStore.read(run).close()).hasMessageContaining("start the run again");
    }

    @Test
    void randomDamageIsFoundOrHarmless() throws IOException {
        Checkpoint written = checkpoint(4);
        Path path = new CheckpointStore(run).write(4, written);
        byte[] model = Tensors.bytes(written.model().getFirst());
        Map<String, Object> state;
        try (LoadedCheckpoint read = CheckpointStore.read(path)) {
            state = read.state();
        }
        Random random = new Random(5);
        int refused = 0;
        List<String> names = Tensors.names(path);
        for (int i = 0; i < 3_000; i++) {
            Path file = path.resolve(names.get(i % names.size()));
            byte[] valid = Files.readAllBytes(file);
            byte[] damaged = SafetensorsCorruptionTest.damage(valid, random);
            Files.write(file, damaged);
            try (LoadedCheckpoint read = CheckpointStore.read(path)) {
                assertThat(read.step()).isEqualTo(4);
                assertThat(read.state()).isEqualTo(state);
                assertThat(Tensors.readToHeap(read.model(), "w")).isEqualTo(model);
            } catch (CheckpointException e) {
                refused++;
                assertThat(e.getMessage()).startsWith(path.toString()).doesNotContain("\n");
            } catch (RuntimeException e) {
                fail("damage " + i + " of " + file + " led to " + e, e);
            }
            Files.write(file, valid);
        }
        assertThat(refused).isBetween(1_000, 2_999);
    }

    @Test
    void aLinkInPlaceOfTheFolderOfCheckpointsIsNotFollowed(@TempDir Path elsewhere) throws IOException {
        CheckpointStore theirs = new CheckpointStore(elsewhere);
        theirs.write(1, checkpoint(1));
        theirs.write(2, checkpoint(2));
        Files.createSymbolicLink(run.resolve("checkpoints"), elsewhere.resolve("checkpoints"));
        CheckpointStore store = new CheckpointStore(run);
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> store.prune(1), () -> store.write(3, checkpoint(3)), store::latest)) {
            assertThatThrownBy(call).isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("it is a symbolic link, and none is followed here; move the folder");
        }
        assertThat(theirs.all()).hasSize(2);
    }

    @Test
    void aCheckpointThatIsALinkIsNeitherListedNorDeleted(@TempDir Path elsewhere) throws IOException {
        Path theirs = new CheckpointStore(elsewhere).write(1, checkpoint(1));
        CheckpointStore store = new CheckpointStore(run);
        Path own = store.write(2, checkpoint(2));
        Files.createSymbolicLink(run.resolve("checkpoints/step-00000001"), theirs);
        store.prune(1);
        assertThat(store.all()).containsExactly(own);
        store.write(1, checkpoint(7)); // takes the place of the link
        try (LoadedCheckpoint untouched = CheckpointStore.read(theirs)) {
            assertThat(untouched.state()).containsEntry("seed", 1L);
        }
    }

    @Test
    void aFileThatIsALinkIsDamage(@TempDir Path elsewhere) throws IOException {
        CheckpointStore store = new CheckpointStore(run);
        Path good = store.write(1, checkpoint(1));
        Path file = store.write(2, checkpoint(2)).resolve(CheckpointStore.MODEL);
        Path moved = Files.move(file, elsewhere.resolve("model"));
        Files.createSymbolicLink(file, moved);
        assertThat(store.latest()).contains(good);
        assertThatThrownBy(() -> CheckpointStore.read(file.resolveSibling("."))).isInstanceOf(
                CheckpointException.class);
    }

    /** Its file names are data, and could be any. */
    @ParameterizedTest
    @ValueSource(strings = {"", "/dev/zero", "../outside", "model.json"})
    void aManifestNamesTheFilesOfACheckpointAndNoOthers(String name) throws IOException {
        Path folder = new CheckpointStore(run).write(1, checkpoint(1));
        Files.writeString(folder.resolveSibling("outside"), "");
        Map<String, FileDigest> files = name.isEmpty() ? Map.of() : Map.of(name, new FileDigest(0, 0));
        Files.writeString(folder.resolve(CheckpointManifest.FILE),
                new CheckpointManifest(1, files, Map.of()).toJson());
        assertThatThrownBy(() -> CheckpointStore.read(folder)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("state.json lists other files than "
                        + "[model.json, model.safetensors, optimizer.safetensors]");
    }
}
