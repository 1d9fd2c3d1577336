package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.cli.terminal.Output;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * {@code --json -}: the results alone on standard output, ready for a pipe, and all words for people on standard error.
 */
@ExtendWith(NoLeaks.class)
class JsonToStandardOutputTest {
    @TempDir
    static Path folder;

    private static Path data;

    @BeforeAll
    static void drawsImages() throws IOException {
        data = TinyImages.write(folder.resolve("data"));
        Cli cli = Cli.run("train --model mlp --epochs 1 --batch-size 16 --threads 1 --quiet --data " + data
                + " --output "
                + folder.resolve("trained"));
        assertThat(cli.code()).as(cli.err()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "bench --threads 1 --batch-size 2 --seconds 0.01 --model mlp, devices, images/s",
        "parity --threads 1 --batch-size 2 --model mlp, largest_difference, between cpu and reference",
        "doctor, self_test, works on the CPU",
        "models, models, vit_tiny",
        "summary --model mlp --threads 1, parameters, bytes per parameter",
        "train --model mlp --epochs 1 --batch-size 16 --threads 1 --data DATA --output FOLDER/run, test_accuracy, "
        + "epoch 1",
        "evaluate FOLDER/trained --threads 1, test_accuracy, test",
        "prune FOLDER/trained --structured --epochs 0 --threads 1 --output FOLDER/narrow, groups, channels",
        "quantize FOLDER/trained --threads 1 --output FOLDER/rounded, weight_bits, layers that multiply",
        "distill FOLDER/trained --teacher FOLDER/trained --threads 1 --output FOLDER/taught, distillation, teacher",
        "distill --model mlp --teacher FOLDER/trained --epochs 1 --threads 1 --output FOLDER/new, test_accuracy, "
        + "teacher",
        "factorize FOLDER/trained --epochs 0 --threads 1 --output FOLDER/low, after, parameters",
        "compare FOLDER/trained FOLDER/trained --threads 1, mcnemar_p, no significant difference",
        "lab init --depth 3 --width 8 --examples 4 --seeds 1 --threads 1 --data DATA --output FOLDER/init, layers, 2/n",
        "lab optimizers --quick --model mlp --epochs 1 --seeds 1 --batch-size 16 --threads 1 --rates 0.1 --optimizers "
        + "sgd "
            + "--data DATA --output FOLDER/lab, optimizers, plan",
    })
    void standardOutputHoldsTheResultsAlone(String command, String key, String words) {
        Cli cli = Cli.run(command.replace("DATA", data.toString()).replace("FOLDER", folder.toString()) + " --json -");
        assertThat(cli.code()).as(cli.err()).isZero();
        Map<String, Object> results = Json.parseObject(cli.out(), "standard output");
        assertThat(results).containsKey(key);
        assertThat(cli.err()).contains(words);
        assertThat(Path.of("-")).doesNotExist();
    }

    @Test
    void everyCommandWithResultsSaysSo() {
        Set<String> commands = new TreeSet<>();
        collect(GatunCommand.commandLine(Output.of(System.out, System.err)), commands);
        assertThat(commands).containsExactly(
                "bench", "compare", "compress", "distill", "doctor", "evaluate", "factorize", "init", "models",
                "optimizers", "parity", "profile",
                "prune", "quantize", "summary", "train");
    }

    private static void collect(CommandLine command, Set<String> names) {
        CommandLine.Model.OptionSpec json = command.getCommandSpec().findOption("--json");
        if (json != null && !json.typeInfo().isBoolean()) { // a flag is a format of what goes there anyway
            assertThat(json.description()).as(command.getCommandName()).singleElement().asString()
                    .endsWith("; - for standard output.");
            names.add(command.getCommandName());
        }
        command.getSubcommands().values().forEach(child -> collect(child, names));
    }
}
