package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class BadPathsTest {
    @TempDir
    Path folder;

    private static void fails(String line, int code, String message) {
        Cli cli = Cli.run(line);
        assertThat(cli.err()).startsWith("gatun: ").contains(message).hasLineCount(1);
        assertThat(cli.code()).isEqualTo(code);
    }

    @Test
    void dataThatIsNotThere() {
        fails("train --data " + folder.resolve("none"), 3, "does not exist; check the path");
    }

    @Test
    void dataInAnEmptyFolder() {
        fails("train --data " + folder, 3, folder + ": ");
    }

    @Test
    void imagesTooSmallForTheModel() throws IOException {
        Path data = TinyImages.write(folder.resolve("data"));
        for (String split : new String[] {"train", "t10k"}) {
            Path file = data.resolve(split + "-images-idx3-ubyte");
            byte[] bytes = Files.readAllBytes(file);
            bytes[11] = 1; // one row of 144
            bytes[15] = (byte) 144;
            Files.write(file, bytes);
        }
        fails("train --data " + data, 3,
                "lenet needs images of at least 12x12, got 1x144; use larger images or another --model");
    }

    @Test
    void outputOverAFile() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        fails("train --model mlp --threads 1 --data " + TinyImages.write(folder.resolve("data")) + " --output " + file,
                4, "a file is in the way");
    }

    @Test
    void theFormerNameOfTheFolderIsTakenAndNotShown() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        fails("train --model mlp --threads 1 --data " + TinyImages.write(folder.resolve("data")) + " --out " + file, 4,
                "a file is in the way");
        for (String command : List.of("train", "lab optimizers", "lab init")) {
            assertThat(Cli.run(command + " --help").out()).contains("--output FOLDER").doesNotContain("--out ");
        }
        fails("export " + folder + " --output x --out y", 2, "there is no option '--out'");
    }

    @Test
    void outputOverARun() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        Files.writeString(run.resolve("config.json"), "{}");
        fails("train --model mlp --threads 1 --data " + TinyImages.write(folder.resolve("data")) + " --output " + run,
                4, "already holds a run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"train --resume RUN", "evaluate RUN", "predict RUN FILE", "compare RUN RUN",
        "export RUN --output FILE"})
    void aRunThatIsNotThereEndsAlikeInEveryCommand(String command) throws IOException {
        Path none = folder.resolve("none");
        Path file = Files.createFile(folder.resolve("file"));
        String line = command.replace("FILE", file.toString());
        fails(line.replace("RUN", none.toString()), 4,
                none + ": no such folder; give the folder of a run or of one of its checkpoints");
        fails(line.replace("RUN", file.toString()), 4, file + ": a file, not a folder; give the folder of a run");
    }

    @Test
    void aFolderWithoutARunOrACheckpoint() throws IOException {
        fails("train --resume " + folder, 4, "holds no run");
        fails("evaluate " + folder, 5, "no complete checkpoint in it");
        Files.writeString(folder.resolve("config.json"), "{}");
        fails("evaluate " + folder.resolve("checkpoints/step-00000001"), 5, "no such folder");
    }

    @Test
    void jsonThatCannotBeWrittenIsFoundBeforeTraining() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path run = folder.resolve("run");
        fails("train --output " + run + " --json " + folder, 4, "cannot write " + folder + ": it is a folder");
        fails("train --output " + run + " --json " + file.resolve("x.json"), 4, "a file is in the way");
        fails("train --output " + run + " --json /proc/none/x.json", 4, "cannot write /proc/none/x.json");
        assertThat(run).doesNotExist();
    }

    @Test
    void aTraceIsShownWhenAskedFor() {
        Cli cli = Cli.run("train --trace --data " + folder.resolve("none"));
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.err()).contains("\tat dev.gatun.");
    }
}
