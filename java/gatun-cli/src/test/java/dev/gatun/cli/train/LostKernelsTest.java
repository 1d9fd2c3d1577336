package dev.gatun.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.engine.KernelChoices;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LostKernelsTest {
    private static final KernelChoices RECORDED =
            KernelChoices.of(Map.of("layout", "BLOCKED", "convolution 3x3", "winograd", "linear", "blocked"));

    @Test
    void kernelsThatAreAllOfferedNeedNoWarning() {
        assertThat(LostKernels.warning(RECORDED, RECORDED.and(KernelChoices.of(Map.of("pool", "max"))))).isEmpty();
    }

    @Test
    void aProblemThatNoProgramHasAnyMoreIsNotLost() {
        assertThat(LostKernels.warning(RECORDED, KernelChoices.of(Map.of("layout", "BLOCKED")))).isEmpty();
    }

    @Test
    void theFirstKernelThatIsMissingIsNamed() {
        KernelChoices taken = RECORDED.and(KernelChoices.of(Map.of("convolution 3x3", "direct")));
        assertThat(LostKernels.warning(RECORDED, taken)).hasValue("gatun: 1 of the kernels that the checkpoint records"
                + " is not offered here, such as winograd for convolution 3x3: others take their place, so the run goes"
                + " on, but not bit for bit as on the machine that began it");
        assertThat(LostKernels.warning(RECORDED, taken.and(KernelChoices.of(Map.of("layout", "CHANNELS_LAST")))))
                .hasValueSatisfying(line -> assertThat(line).startsWith("gatun: 2 of the kernels").contains(" are "));
    }
}
