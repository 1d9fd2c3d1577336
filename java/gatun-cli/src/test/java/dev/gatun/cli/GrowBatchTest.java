package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code --grow-batch} on 72 images: 5 steps of 16, 3 of 32, 2 of 64. */
@ExtendWith(NoLeaks.class)
class GrowBatchTest {
    private static final String LAST = "checkpoints/step-00000010";

    @TempDir
    Path folder;

    private String options;

    @BeforeEach
    void write() throws IOException {
        options = " --model mlp --epochs 3 --threads 2 --limit 72 --batch-size 16 --grow-batch"
                + " 2x@30%,60%,lr=sqrt --data " + TinyImages.write(folder.resolve("data")) + " --output ";
    }

    @Test
    void aRunSaysHowItGrowsAndGoesOnFromAnyStep() throws IOException {
        Path whole = folder.resolve("whole");
        Cli run = Cli.run("train" + options + whole);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).containsPattern("batches +of 16, 32 from epoch 2 on, 64 from epoch 3 on\n");
        assertThat(Json.readObject(whole.resolve("config.json"))).containsEntry("grow_batch", "2x@30%,60%,lr=sqrt");
        assertThat(Files.readString(whole.resolve("recipe.args"))).contains("--grow-batch \"2x@30%,60%,lr=sqrt\"");
        assertThat(Files.readAllLines(whole.resolve("metrics.jsonl"))).satisfiesExactly(
                line -> assertThat(line).contains("\"step\":5,").contains("\"batch_size\":16"),
                line -> assertThat(line).contains("\"step\":8,").contains("\"batch_size\":32"),
                line -> assertThat(line).contains("\"step\":10,").contains("\"batch_size\":64"));
        assertThat(Files.readString(whole.resolve("report.html"))).contains("Step 10 of 10");
        for (int steps : List.of(4, 5, 6, 9)) {
            Path cut = folder.resolve("cut-" + steps);
            Cli stopped = Cli.run("train --quiet --stop-after-steps " + steps + options + cut);
            assertThat(stopped.code()).isEqualTo(130);
            assertThat(stopped.err()).contains("stopped after step " + steps + " of 10");
            assertThat(Cli.run("train --quiet --resume " + cut)).isEqualTo(new Cli(0, "", ""));
            for (String file : List.of("model.safetensors", "optimizer.safetensors", "state.json")) {
                assertThat(cut.resolve(LAST).resolve(file)).hasSameBinaryContentAs(whole.resolve(LAST).resolve(file));
            }
        }
    }

    @Test
    void aRunThatHasGrownAtAShareOfItIsNotMadeLonger() {
        Path run = folder.resolve("run");
        assertThat(Cli.run("train --quiet" + options + run).code()).isZero();
        Cli longer = Cli.run("train --quiet --epochs 8 --resume " + run);
        assertThat(longer.code()).isNotZero();
        assertThat(longer.err()).contains("in a run of 3 epochs the batch had grown at other epochs than"
                + " 2x@30%,60%,lr=sqrt says of 8; leave the number of epochs as it was").hasLineCount(1);
    }

    @Test
    void aLearningRateIsSoughtForTheFirstSize() {
        Cli found = Cli.run("train --find-lr 12" + options + folder.resolve("none"));
        assertThat(found.code()).as(found.err()).isZero();
        assertThat(found.out()).doesNotContain("batches  ");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void severalSeedsGrowAlike() throws IOException {
        Path runs = folder.resolve("runs");
        Cli both = Cli.run("train --quiet --seeds 1,2" + options + runs);
        assertThat(both.code()).as(both.err()).isZero();
        try (var found = Files.walk(runs)) {
            assertThat(found.filter(path -> path.endsWith(LAST))).hasSize(2);
        }
    }

    @Test
    void whatDoesNotFitIsRefusedInOneLine() {
        Cli late = Cli.run("train --epochs 2 --grow-batch 2x@60%");
        assertThat(late).isEqualTo(new Cli(2, "", "gatun: --grow-batch 2x@60%: the batch is to grow at 60% of a run of"
                + " 2 epochs, and no epoch begins there or later: grow it earlier, or train longer\n"));
        Cli wrong = Cli.run("train --grow-batch 2x");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).startsWith("gatun: ").contains("--grow-batch").contains("2x@30%,60%").hasLineCount(1);
    }
}
