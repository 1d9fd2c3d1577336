package dev.gatun.train.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.graph.Precision;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.MemoryBudgetException;
import dev.gatun.memory.NoLeaks;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

@ExtendWith(NoLeaks.class)
class PeakTest {
    @ParameterizedTest
    @OnEachDevice(value = "F32", moreOnTheCpu = {"BF16", "F16"})
    void everyPrecisionHasOne(String backend, Precision precision) {
        try (Device device = TestDevices.openForAnyPrecision(backend)) {
            Peak peak = Peak.measure(device, precision);
            assertThat(peak.productGflops()).isPositive().isFinite();
            assertThat(peak.streams()).extracting(Peak.Stream::bytes)
                    .containsExactly(64L << 10, 512L << 10, 4L << 20, 32L << 20);
            assertThat(peak.streams()).extracting(Peak.Stream::gigabytesPerSecond)
                    .allSatisfy(each -> assertThat(each).isPositive().isFinite());
            assertThat(device.memory().used()).isZero();
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aBudgetThatIsTooSmallIsRefused(String backend) {
        MemoryBudget budget = MemoryBudget.ofBytes(1 << 20);
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(1).withMemory(budget))) {
            assertThatThrownBy(() -> Peak.measure(device, Precision.F32)).isInstanceOf(MemoryBudgetException.class);
            assertThat(budget.used()).isZero();
        }
    }
}
