package dev.gatun.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.io.file.StorageException;
import dev.gatun.io.json.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunFolderTest {
    @TempDir
    Path folder;

    @Test
    void createWriteOpen() {
        Path path = folder.resolve("runs/a");
        RunFolder run = RunFolder.create(path);
        assertThat(path).isEmptyDirectory();
        run.writeConfig(Map.of("model", "lenet"));
        try (JsonLines metrics = run.metrics()) {
            metrics.append(Map.of("step", 1));
        }
        run.checkpoints().write(1, new Checkpoint(Map.of(), List.of(), List.of(), Map.of()));

        RunFolder again = RunFolder.open(path);
        assertThat(again.path()).isEqualTo(path);
        assertThat(again.config(Function.identity())).isEqualTo(Map.of("model", "lenet"));
        assertThat(again.metricsFile()).hasContent("{\"step\":1}\n");
        assertThat(again.checkpoints().latest()).contains(path.resolve("checkpoints/step-00000001"));
        assertThat(Tensors.names(path)).containsExactly("checkpoints", "config.json", "metrics.jsonl");
    }

    @Test
    void aFolderWithARunIsRefusedAndUntouched() throws IOException {
        for (String name : List.of("config.json", "metrics.jsonl", "checkpoints")) {
            Path path = Files.createDirectory(folder.resolve("with-" + name));
            Files.writeString(path.resolve(name), "mine");
            assertThatThrownBy(() -> RunFolder.create(path)).isInstanceOf(RunFolderException.class)
                    .hasMessage("the folder " + path + " already holds a run (it has " + name
                            + "); resume that run or choose another folder");
            assertThat(path.resolve(name)).hasContent("mine");
        }
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("notes.txt"), "mine");
        RunFolder.create(other);
    }

    @Test
    void aFileInTheWay() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        for (Path path : List.of(file, file.resolve("a/b"))) {
            assertThatThrownBy(() -> RunFolder.create(path)).isInstanceOf(RunFolderException.class)
                    .hasMessage("cannot use the folder " + path + ": a file is in the way: " + file
                            + "; move it away or choose another folder");
            assertThatThrownBy(() -> RunFolder.open(path)).isInstanceOf(RunFolderException.class)
                    .hasMessageContaining("a file is in the way");
        }
        assertThat(file).hasContent("mine");
    }

    @Test
    void aFolderThatNobodyMayWrite() {
        // Not even root can create anything in /proc.
        assertThatThrownBy(() -> RunFolder.create(Path.of("/proc/gatun-run"))).isInstanceOf(RunFolderException.class)
                .hasMessageStartingWith("cannot write /proc/gatun-run: ").hasCauseInstanceOf(StorageException.class);
    }

    @Test
    void openNeedsARun() throws IOException {
        assertThatThrownBy(() -> RunFolder.open(folder)).isInstanceOf(RunFolderException.class)
                .hasMessageContaining("holds no run (it has no config.json)");
        assertThatThrownBy(() -> RunFolder.open(folder.resolve("none"))).isInstanceOf(RunFolderException.class)
                .hasMessageContaining("there is no folder");
        Files.writeString(folder.resolve("config.json"), "{\n \"a\": }");
        RunFolder run = RunFolder.open(folder);
        assertThatThrownBy(() -> run.config(Function.identity())).isInstanceOf(RunFolderException.class)
                .hasMessageContaining("config.json: line 2, column 7: ").message().doesNotContain("\n");
    }

    @Test
    void aConfigurationOfAnotherSchemaIsRefused() throws IOException {
        RunFolder run = RunFolder.create(folder);
        run.writeConfig(Map.of("a", 1));
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).startsWith("{\n  \"schema\": " + Schema.VERSION + ",\n");
        for (Map.Entry<String, String> each : Map.of(
                "99", "newer", Long.toString(Schema.VERSION - 1), "older",
                "null", "states no valid schema version").entrySet()) {
            Files.writeString(config, text.replace("\"schema\": " + Schema.VERSION, "\"schema\": " + each.getKey()));
            assertThatThrownBy(() -> run.config(Function.identity())).isInstanceOf(RunFolderException.class)
                    .hasMessageStartingWith(config + ": ")
                    .hasMessageContaining(each.getValue()).hasMessageContaining("use the Gatun that wrote it")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void aConfigurationThatIsNotAsItWasWrittenIsRefused() throws IOException {
        RunFolder run = RunFolder.create(folder);
        run.writeConfig(Map.of("rate", 0.25, "name", "a"));
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        Files.writeString(config, text.replace("  ", "\t"));
        assertThat(run.config(Function.identity())).as("indented anew").isEqualTo(Map.of("rate", 0.25, "name", "a"));
        for (String changed : List.of(text.replace("0.25", "0.75"), text.replace("\"rate\"", "\"late\""),
                text.replace("crc32c", "crc32d"), text.replaceFirst(",\\s*\"crc32c\".*", ""))) {
            assertThat(changed).isNotEqualTo(text);
            Files.writeString(config, changed.strip().endsWith("}") ? changed : changed + "}");
            assertThatThrownBy(() -> run.config(Function.identity())).isInstanceOf(RunFolderException.class).hasMessage(
                    config + ": it does not match its own checksum (damaged or edited): repair the file or start a new"
                            + " run");
        }
        assertThatThrownBy(() -> run.config(_ -> {
            throw new RunFolderException("names the field");
        })).hasMessage("names the field");
    }

    @Test
    void aConfigurationThatCannotBeWritten() throws IOException {
        RunFolder run = RunFolder.create(folder);
        Files.createDirectory(folder.resolve("config.json"));
        Files.createDirectory(run.metricsFile());
        assertThatThrownBy(() -> run.writeConfig(Map.of("a", 1))).isInstanceOf(RunFolderException.class)
                .hasMessageContaining("config.json").hasMessageContaining("move it away");
        assertThatThrownBy(() -> run.metrics().close()).isInstanceOf(RunFolderException.class)
                .hasMessageContaining("metrics.jsonl");
    }

    @Test
    void defaultNamesAreFree() throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-03-04T05:06:07Z"), ZoneOffset.UTC);
        Path first = RunFolder.defaultPath(folder, "se-resnet/18", clock);
        assertThat(first).isEqualTo(folder.resolve("se-resnet-18-20260304-050607"));
        RunFolder.create(first);
        Path second = RunFolder.defaultPath(folder, "se-resnet/18", clock);
        assertThat(second.getFileName().toString()).isEqualTo("se-resnet-18-20260304-050607-2");
        Files.createFile(second);
        assertThat(RunFolder.defaultPath(folder, "se-resnet/18", clock).getFileName().toString()).endsWith("-3");
        assertThat(RunFolder.defaultPath(folder, "m").getFileName().toString()).matches("m-\\d{8}-\\d{6}");
    }

    /** What others could have put into a folder that a run is told to use. */
    @ParameterizedTest
    @ValueSource(strings = {".lock", "metrics.jsonl", "config.json", "manifest.json", "recipe.args", "skipped.txt",
        "trace.json", "profile.jfr"})
    void aLinkUnderTheNameOfOneOfItsFilesIsRefusedAndNotFollowed(String name) throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "not ours");
        Path run = Files.createDirectory(folder.resolve("run"));
        Path link = Files.createSymbolicLink(run.resolve(name), other);
        assertThatThrownBy(() -> RunFolder.create(run)).isInstanceOf(RunFolderException.class)
                .hasMessageContaining(name);
        if (!name.equals("config.json")) {
            Files.writeString(run.resolve("config.json"), "{}");
        }
        assertThatThrownBy(() -> RunFolder.open(run)).isInstanceOf(RunFolderException.class)
                .hasMessage("cannot use " + link + ": it is a symbolic link, and none is followed here; "
                        + "put a file in its place, or choose another folder");
        assertThat(other).hasContent("not ours");
    }

    @Test
    void recipeAndListsNeverWriteThroughALinkOrReadOne() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "not ours");
        Path path = folder.resolve("run");
        RunFolder run = RunFolder.create(path);
        for (String name : List.of("recipe.args", "skipped.txt")) {
            Files.createSymbolicLink(path.resolve(name), other);
        }
        assertThatThrownBy(() -> run.addToRecipe("# more")).isInstanceOf(RunFolderException.class)
                .hasMessageContainingAll("recipe.args", "symbolic link");
        run.writeSkipped(List.of("a.png"));
        assertThat(other).hasContent("not ours");
        assertThat(path.resolve("skipped.txt")).hasContent("a.png");
    }

    /** Also where a link appears after the folder was looked at. */
    @Test
    void lockMetricsAndJsonNeverWriteThroughALink() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "not ours");
        Path path = folder.resolve("run");
        RunFolder run = RunFolder.create(path);
        for (String name : List.of(".lock", "metrics.jsonl", "config.json", "manifest.json")) {
            Files.createSymbolicLink(path.resolve(name), other);
        }
        assertThatThrownBy(run::lock).isInstanceOf(RunFolderException.class).hasMessageContaining("symbolic link");
        assertThatThrownBy(run::metrics).isInstanceOf(RunFolderException.class).hasMessageContaining("symbolic link");
        assertThatThrownBy(() -> run.config(json -> json)).isInstanceOf(RunFolderException.class)
                .hasMessageContaining("symbolic link");
        run.writeConfig(Map.of());
        run.writeManifest(Map.of());
        assertThat(Files.isSymbolicLink(path.resolve("config.json"))).isFalse();
        assertThat(other).hasContent("not ours");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what opens a pipe waits for ever
    void aPipeIsRefused() throws Exception {
        Path path = folder.resolve("run");
        RunFolder.create(path).writeConfig(Map.of());
        Path pipe = path.resolve(".lock");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        assertThatThrownBy(() -> RunFolder.open(path)).isInstanceOf(RunFolderException.class)
                .hasMessageContaining("it is a pipe or a device, not a regular file");
    }
}
