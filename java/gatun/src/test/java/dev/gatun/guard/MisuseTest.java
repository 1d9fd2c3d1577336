package dev.gatun.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No wrong use of the public API ends the JVM: each is tried in a child process, which goes on where it lives. */
class MisuseTest {
    private static @Nullable ChildProcess child;

    static Set<String> names() {
        return Misuses.all().keySet();
    }

    private static ChildProcess child() throws IOException {
        ChildProcess running = child;
        if (running == null || !running.isAlive()) {
            running = ChildProcess.start(Misuses.class, List.of(), Map.of());
            child = running;
        }
        return running;
    }

    @AfterAll
    static void end() {
        if (child != null) {
            child.close();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void isRefusedOrHarmless(String name) throws IOException {
        ChildProcess asked = child();
        String answer = asked.ask(name);
        assertThat(answer).as("beside \"%s\"", asked.beside()).isEqualTo("ok");
    }
}
