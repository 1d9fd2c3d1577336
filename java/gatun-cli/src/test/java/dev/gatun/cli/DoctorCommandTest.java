package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.cli.option.Cuda;
import java.nio.file.Path;
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
                .containsPattern("(?m)^CUDA +\\S").containsPattern("(?m)^memory +\\d")
                .containsPattern("(?m)^training +works on the CPU$");
    }

    @Test
    void looksForTheDriverByItsFile() {
        assertThat(new Cuda(Optional.empty()).describe()).isEqualTo("not found: CPU training works");
        assertThat(new Cuda(Optional.of(Path.of("/lib/libcuda.so.1"))).describe())
                .contains("/lib/libcuda.so.1").contains("CPU only");
    }
}
