package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class LabInitTest {
    @Test
    void leavesATablePicturesAndAPage(@TempDir Path folder) throws IOException {
        Path out = folder.resolve("lab");
        Path json = folder.resolve("init.json");
        Cli cli = Cli.run("lab init --depth 30 --width 64 --examples 16 --seeds 2 --threads 1 --output " + out
                + " --json "
                + json + " --data " + TinyImages.write(folder.resolve("data")));
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.line("1/n")).containsPattern("1/n +vanishes .* vanishes ");
        assertThat(cli.line("2/n")).containsPattern("2/n +stays level .* stays level ");
        assertThat(cli.line("3/n")).containsPattern("3/n +explodes .* explodes ");
        assertThat(cli.line("report")).isEqualTo("report  " + out.resolve("report.html"));
        List<String> table = Files.readAllLines(out.resolve("layers.csv"));
        assertThat(table).hasSize(1 + 3 * 30);
        assertThat(table.getFirst())
                .isEqualTo("variance,layer,activation_norm,gradient_norm,weight_gradient_norm");
        assertThat(table.get(31)).startsWith("2.0,1,");
        String page = Files.readString(out.resolve("report.html"));
        assertThat(page).contains("<td>stays level</td>", "Initialisation: 30 layers on");
        for (String name : List.of("activations", "gradients")) {
            assertThat(out.resolve(name + ".svg")).content().startsWith("<svg ").contains("variance 2/n", ">norm<");
        }
        Map<String, Object> result = Json.readObject(json);
        assertThat(result).containsEntry("depth", 30L);
        assertThat((List<?>) result.get("trends")).hasSize(3);
    }
}
