package dev.gatun.cli.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.cli.terminal.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Restarts, of ranks that are small scripts. */
class LaunchCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    /** A command that goes on by {@code --resume}. */
    private static final class Resumable implements LaunchedCommand {
        @Override
        public void check(List<String> arguments) {
            assertThat(arguments).startsWith("train");
        }

        @Override
        public List<String> resumed(List<String> arguments, Path run) {
            List<String> again = new ArrayList<>(arguments);
            again.addAll(List.of("--resume", run.toString()));
            return again;
        }
    }

    private int run(String script, String... arguments) {
        PrintStream lines = new PrintStream(out, true, StandardCharsets.UTF_8);
        LaunchCommand command = new LaunchCommand(
                new Output(lines, new PrintStream(err, true, StandardCharsets.UTF_8), 0), new Resumable(),
                (_, words) -> {
                    List<String> all = new ArrayList<>(List.of("sh", "-c", script, folder.toString()));
                    all.addAll(words);
                    return all;
                });
        return new CommandLine(command).setStopAtPositional(true).execute(arguments);
    }

    private List<String> out() {
        return out.toString(StandardCharsets.UTF_8).lines().sorted().toList();
    }

    private List<String> err() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void startsAgainFromTheRunThatWasBegun() {
        int code = run("""
                if test "$2" = --resume; then echo "$GATUN_RANK of $GATUN_SIZE goes on with $3"; exit 0; fi
                if test $GATUN_RANK = 0; then echo runs/first >$GATUN_RUN_POINTER; sleep 0.2; exit 9; fi
                while ! test -s $GATUN_RUN_POINTER; do sleep 0.02; done
                if test $GATUN_RANK = 2; then kill -9 $$; fi
                exit 9
                """, "--ranks", "3", "--restarts", "2", "train");
        assertThat(code).isZero();
        assertThat(out()).containsExactly("0 of 3 goes on with runs/first", "1 of 3 goes on with runs/first",
                "2 of 3 goes on with runs/first");
        assertThat(err()).singleElement().asString().matches("gatun: rank 2 \\(process \\d+\\) was killed by signal 9:"
                + " starting 3 ranks again \\(1 of 2\\), from the last checkpoint of runs/first");
    }

    @Test
    void goesOnWithFewerRanksWhereThatIsAllowed() {
        int code = run("""
                if test $GATUN_SIZE -gt 1 && test $GATUN_RANK = 1; then kill -9 $$; fi
                if test $GATUN_SIZE -gt 1; then sleep 0.2; exit 9; fi
                echo alone
                """, "--ranks", "3", "--restarts", "5", "--min-ranks", "1", "train");
        assertThat(code).isZero();
        assertThat(out()).containsExactly("alone");
        assertThat(err()).hasSize(2).first().asString()
                .endsWith("starting 2 ranks again (1 of 5), from the beginning");
    }

    @Test
    void givesUpAfterSoManyStarts() {
        assertThat(run("echo x >>$0/starts; exit 9", "--ranks", "2", "--restarts", "1", "train")).isEqualTo(9);
        assertThat(folder.resolve("starts")).content().hasLineCount(4);
        assertThat(err()).hasSize(2).last().asString().contains("ended with exit code 9; the other ranks have ended");
    }

    @Test
    void whatFailsAgainIsNotStartedAgain() {
        assertThat(run("echo x >>$0/starts; exit 3", "--ranks", "2", "--restarts", "5", "train")).isEqualTo(3);
        assertThat(folder.resolve("starts")).content().hasLineCount(2);
        assertThat(err()).singleElement().asString().contains("ended with exit code 3");
    }

    @Test
    void dividesTheProcessors() {
        assertThat(run("echo $GATUN_THREADS", "--ranks", "2", "train", "--ranks")).isZero();
        String share = String.valueOf(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
        assertThat(out()).containsExactly(share, share);
    }
}
