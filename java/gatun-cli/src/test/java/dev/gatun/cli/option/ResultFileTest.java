package dev.gatun.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
    @TempDir
    Path folder;

    /** Writes a line, says so, and goes on until it is stopped. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            new ResultFile(Path.of(arguments[0]), System.out).write(lines -> {
                lines.accept("a line");
                System.out.println("written");
                try {
                    int end = System.in.read();
                    lines.accept("the end: " + end);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private Process start(Path file) throws IOException {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Child.class.getName(), file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader out = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).isEqualTo("written");
        return child;
    }

    @Test
    void aStoppedProcessLeavesTheEarlierFileAndNothingElse() throws Exception {
        Path file = Files.writeString(folder.resolve("out.csv"), "earlier");
        Process child = start(file);
        try {
            assertThat(folder).isDirectoryContaining(path -> path.toString().endsWith(".partial"));
        } finally {
            child.toHandle().destroy(); // Process.destroy would close its standard input as well
        }
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(128 + 15);
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".partial"));
        assertThat(file).hasContent("earlier");
    }

    @Test
    void whatIsWrittenToTheEndIsThere() throws Exception {
        Path file = folder.resolve("out.csv");
        Process child = start(file);
        child.getOutputStream().close();
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isZero();
        assertThat(Files.readAllLines(file)).containsExactly("a line", "the end: -1");
    }
}
