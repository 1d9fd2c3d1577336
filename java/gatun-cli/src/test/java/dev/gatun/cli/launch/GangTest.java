package dev.gatun.cli.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.terminal.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ranks that are small scripts. */
class GangTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Output output = new Output(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), 0);

    private Gang start(int size, Duration grace, String script) {
        return Gang.start(size, _ -> List.of("sh", "-c", script), Map.of("COLOUR", "blue"), grace, output);
    }

    private GangEnd run(int size, String script) throws InterruptedException {
        return start(size, Duration.ofSeconds(30), script).await();
    }

    @Test
    void eachKnowsItsRankAndTheOthersAreToldApart() throws Exception {
        GangEnd end = run(3, "echo $GATUN_RANK of $GATUN_SIZE at $MASTER_ADDR $COLOUR;"
                + " printf 'one\\r\\ntwo' >&2; test $MASTER_PORT -gt 0 && test $GATUN_LAUNCHED -gt 0");
        assertThat(end.isGood()).isTrue();
        assertThat(end.code()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactlyInAnyOrder(
                "0 of 3 at 127.0.0.1 blue", "1 of 3 at 127.0.0.1 blue", "2 of 3 at 127.0.0.1 blue");
        String errors = err.toString(StandardCharsets.UTF_8);
        assertThat(errors).contains("[rank 1] one\n", "[rank 1] two\n", "[rank 2] one\n", "one\r\ntwo")
                .doesNotContain("[rank 0]");
    }

    @Test
    void theRankThatFailedOfItsOwnIsToBlame() throws Exception {
        GangEnd end = run(3, "case $GATUN_RANK in 1) sleep 0.3; exit 6;; *) exit 9;; esac");
        assertThat(end.code()).isEqualTo(6);
        assertThat(end.culprit().rank()).isEqualTo(1);
        assertThat(end.culprit().end()).matches("rank 1 \\(process \\d+\\) ended with exit code 6");
        assertThat(end.isMendable()).isFalse();
        assertThat(end.failed()).hasSize(3);
    }

    @Test
    void aRankThatIsKilledIsToBlameAndMendable() throws Exception {
        GangEnd end = run(2, "if test $GATUN_RANK = 1; then kill -9 $$; fi; sleep 0.3; exit 9");
        assertThat(end.code()).isEqualTo(137);
        assertThat(end.culprit().end()).matches("rank 1 \\(process \\d+\\) was killed by signal 9");
        assertThat(end.isMendable()).isTrue();
        assertThat(end.lost()).isEqualTo(1);
    }

    @Test
    void aRankThatDoesNotEndIsKilledAndToBlame() throws Exception {
        GangEnd end = start(3, Duration.ofMillis(300),
                "if test $GATUN_RANK = 1; then exec sleep 600; fi; exit 9").await();
        assertThat(end.code()).isEqualTo(9);
        assertThat(end.culprit().rank()).isEqualTo(1);
        assertThat(end.culprit().end()).endsWith("did not end when the others had, and was killed");
        assertThat(end.isMendable()).isTrue();
        assertThat(end.lost()).isEqualTo(1);
    }

    @Test
    void allAreAskedToStop() throws Exception {
        Gang gang = start(2, Duration.ofSeconds(30),
                "trap 'exit 130' TERM; echo ready; while true; do sleep 0.05; done");
        while (out.toString(StandardCharsets.UTF_8).lines().count() < 2) {
            Thread.sleep(10);
        }
        gang.stop();
        GangEnd end = gang.await();
        assertThat(end.isStop()).isTrue();
        assertThat(end.code()).isEqualTo(130);
        assertThat(end.isMendable()).isFalse();
    }

    @Test
    void aProgramThatIsMissingIsNamed() {
        assertThatThrownBy(() -> Gang.start(2, _ -> List.of("/no/such/program"), Map.of(), Duration.ofSeconds(1),
                output)).isInstanceOf(CliException.class).hasMessageContaining("cannot start rank 0 of 2")
                .hasMessageContaining("/no/such/program");
    }
}
