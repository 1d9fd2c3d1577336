package dev.gatun.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopSignalsTest {
    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void turnsASignalIntoARequest(String name) throws Exception {
        assumeFalse(isIgnored(name),
                "whoever started this process had it ignore SIG" + name + ", as shells do in the background");
        CountDownLatch asked = new CountDownLatch(1);
        try (StopSignals signals = StopSignals.listen(new PrintStream(OutputStream.nullOutputStream()))) {
            signals.onStop(asked::countDown);
            Class<?> type = Class.forName("sun.misc.Signal");
            Object signal = type.getConstructor(String.class).newInstance(name);
            type.getMethod("raise", type).invoke(null, signal);
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            if (name.equals("HUP")) { // a closed terminal and its shell each send one: this one would end the process
                type.getMethod("raise", type).invoke(null, signal);
                Thread.sleep(100);
            }
        }
    }

    /** The JVM leaves a signal alone that it inherits as ignored. */
    private static boolean isIgnored(String name) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        int number = switch (name) {
            case "HUP" -> 1;
            case "INT" -> 2;
            default -> 15;
        };
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> (number - 1) & 1) == 1);
        }
    }
}
