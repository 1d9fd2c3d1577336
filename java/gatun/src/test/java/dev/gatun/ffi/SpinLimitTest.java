package dev.gatun.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.DeviceOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the OpenMP runtime reads when it is loaded, seen in processes of their own. */
class SpinLimitTest {
    @Test
    void threadsSpinForALimitedTime() throws Exception {
        assertThat(variableInAProcessWith(Map.of())).isEqualTo("10000");
    }

    @Test
    void theUsersOwnLimitStays() throws Exception {
        assertThat(variableInAProcessWith(Map.of("GOMP_SPINCOUNT", "77"))).isEqualTo("77");
    }

    @Test
    void aPolicyOfTheUsersIsLeftAlone() throws Exception {
        assertThat(variableInAProcessWith(Map.of("OMP_WAIT_POLICY", "active"))).isEqualTo("none");
    }

    private static String variableInAProcessWith(Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Child.class.getName());
        process.environment().keySet().removeAll(Set.of("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"));
        process.environment().putAll(environment);
        process.redirectErrorStream(true);
        Process child = process.start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(output).isZero();
        return output.strip();
    }

    /** Opens the first device and prints what {@code getenv} says then. */
    static final class Child {
        private Child() {}

        @SuppressWarnings("restricted")
        public static void main(String[] args) throws Throwable {
            Backends.open("cpu", DeviceOptions.defaults()).close();
            try (Arena arena = Arena.ofConfined()) {
                Linker linker = Linker.nativeLinker();
                MemorySegment value = (MemorySegment) linker.downcallHandle(
                                linker.defaultLookup().find("getenv").orElseThrow(),
                                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                        .invoke(arena.allocateFrom("GOMP_SPINCOUNT"));
                System.out.println(value.equals(MemorySegment.NULL)
                        ? "none" : value.reinterpret(16).getString(0));
            }
        }
    }
}
