package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopSignalsTest {
    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void turnsASignalIntoARequest(String name) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (StopSignals signals = StopSignals.listen()) {
            signals.onStop(asked::countDown);
            Class<?> type = Class.forName("sun.misc.Signal");
            Object signal = type.getConstructor(String.class).newInstance(name);
            type.getMethod("raise", type).invoke(null, signal);
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
