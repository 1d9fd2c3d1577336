package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.cli.terminal.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How ranks of {@code train} are started again. */
class TrainingRanksTest {
    private final PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    private final TrainingRanks ranks = new TrainingRanks(new Output(nowhere, nowhere, 0));

    @Test
    void aRunGoesOnWithTheOptionsThatAResumedRunTakes() {
        List<String> again = ranks.resumed(List.of("train", "--model", "mlp", "--epochs", "4", "--profile",
                "--transport", "tcp", "--checkpoint-async", "--batch-size", "32"), Path.of("runs/one"));
        assertThat(again).startsWith("train", "--resume", "runs/one").contains("--checkpoint-async", "--profile")
                .containsSubsequence("--epochs", "4").containsSubsequence("--transport", "tcp")
                .doesNotContain("--model", "--batch-size");
        ranks.check(again); // which parses it
    }
}
