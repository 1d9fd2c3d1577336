package dev.gatun.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.TestDevices;
import dev.gatun.reference.OpCase;
import dev.gatun.reference.OpCases;
import dev.gatun.shape.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * What {@code ci/nightly} runs: drawn cases, as many as {@code GATUN_CASES} says, of the seed {@code GATUN_SEED}, and a
 * list of what each device offers. Its name keeps it out of {@code mvn verify}. Reports are written to
 * {@code target/nightly}.
 */
class NightlyOperations {
    private static final Path REPORTS = Path.of("target/nightly");

    private static long setting(String name, long otherwise) {
        String text = System.getenv(name);
        return text == null || text.isEmpty() ? otherwise : Long.parseLong(text);
    }

    private static void report(String name, String text) {
        try {
            Files.createDirectories(REPORTS);
            Files.writeString(REPORTS.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyDeviceGivesTheOraclesNumbers() {
        long seed = setting("GATUN_SEED", 1);
        long cases = setting("GATUN_CASES", 20_000);
        System.out.println("seed " + seed + ": GATUN_SEED=" + seed + " ci/nightly repeats this");
        Tally tally = RandomOperations.run(seed, cases);
        report("operations.txt", "seed " + seed + "\n" + tally.text());
        assertThat(tally.failures()).isEmpty();
    }

    @Test
    void whatDevicesOffer() {
        Claims claims = new Claims();
        for (String name : TestDevices.all()) {
            claim(claims, name, name, UnaryOperator.identity());
            claim(claims, name + ", emulating", name, options -> options.withEmulation(
                    DeviceOptions.Emulation.ALLOWED));
        }
        report("claims.txt", claims.text());
    }

    private static void claim(Claims claims, String name, String backend, UnaryOperator<DeviceOptions> change) {
        try (Device device = Backends.open(backend, change.apply(DeviceOptions.defaults().withThreads(1)))) {
            for (OpCase opCase : OpCases.all()) {
                for (DType dtype : List.of(DType.F32, DType.BF16, DType.F16)) {
                    claims.add(name, device, dtype, Claims.graph(opCase, dtype));
                }
            }
        }
    }
}
