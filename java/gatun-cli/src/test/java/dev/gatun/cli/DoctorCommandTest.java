package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.cli.option.Cuda;
import dev.gatun.io.json.Json;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
    @Test
    void showsWhatWasFound() {
        Cli cli = Cli.run("doctor");
        assertThat(cli.err()).isEmpty();
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).containsPattern("(?m)^java +25").containsPattern("(?m)^native access +enabled$")
                .containsPattern("(?m)^oneDNN +3\\.").containsPattern("(?m)^Gatun kernels +ABI")
                .containsPattern("(?m)^CUDA +\\S").containsPattern("(?m)^MPI +\\S").containsPattern("(?m)^memory +\\d")
                .containsPattern("(?m)^cache +/\\S+, \\d+ files, \\d")
                .containsPattern("(?m)^self-test +a convolution, forward and backward, differs from plain Java by \\d")
                .containsPattern("(?m)^training +works on the CPU$");
    }

    @Test
    void tellsItToPrograms() {
        Cli cli = Cli.run("doctor --json -");
        assertThat(cli.code()).isZero();
        Map<String, Object> json = Json.parseObject(cli.out(), "doctor");
        assertThat(json).containsEntry("works", true)
                .containsKeys("gatun", "java", "onednn", "gatun_kernels", "self_test", "cache", "cuda", "mpi", "training");
        assertThat(cli.err()).contains("works on the CPU");
    }

    @Test
    void looksForTheDriverByItsFile() {
        assertThat(new Cuda(Optional.empty()).describe()).isEqualTo("not found: CPU training works");
        assertThat(new Cuda(Optional.of(Path.of("/lib/libcuda.so.1"))).describe())
                .contains("/lib/libcuda.so.1").contains("CPU only");
    }
}
