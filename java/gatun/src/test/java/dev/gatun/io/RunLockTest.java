package dev.gatun.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
    @TempDir
    Path folder;

    /** Another process: holds the folder until its input ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (RunLock _ = RunLock.take(Path.of(arguments[0]))) {
                System.out.println("held");
                System.out.flush();
                while (System.in.read() >= 0) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void oneThreadOfThisProcessHoldsIt() {
        try (RunLock _ = RunLock.take(folder)) {
            assertThatThrownBy(() -> RunLock.take(folder)).isInstanceOf(RunFolderException.class)
                    .hasMessage("the run in " + folder + " is being trained by process " + ProcessHandle.current().pid()
                            + ": wait until it is done, or stop it");
        }
        RunLock.take(folder).close();
    }

    @Test
    void anotherProcessHoldsItUntilItEnds() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Holder.class.getName(), folder.toString()).start();
        try (BufferedReader out = other.inputReader(UTF_8)) {
            assertThat(out.readLine()).isEqualTo("held");
            assertThatThrownBy(() -> RunLock.take(folder)).isInstanceOf(RunFolderException.class)
                    .hasMessageContaining("is being trained by process " + other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
        RunLock.take(folder).close(); // nothing is left behind that would hold it
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> RunLock.take(file)).isInstanceOf(RunFolderException.class)
                .hasMessageContaining("file");
    }
}
