package dev.gatun.train.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.engine.KernelReport;
import dev.gatun.io.RunFolderException;
import dev.gatun.io.file.StorageException;
import dev.gatun.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of a trace. */
class TraceTest {
    private static final Trace TRACE = new Trace(new Peak(100.5, List.of(new Peak.Stream(64, 7.25))), List.of(
            new TraceEvent.Kernel(new KernelReport("forward", "conv1", "convolution", "jit \"x\"", "in", "out", 12, 34),
                    7, new TimeSpan(1_234, 5_678_901, "main")),
            new TraceEvent.Part(StepPart.STEP, 7, new TimeSpan(1_000, 6_000_000, "main")),
            new TraceEvent.Part(StepPart.CHECKPOINT, 7, new TimeSpan(7_000_000, 1, "other"))));

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() {
        file = folder.resolve("trace.json");
        TRACE.write(file);
    }

    @Test
    void comesBackAsItWas() {
        assertThat(Trace.read(file)).isEqualTo(TRACE);
    }

    /** What Perfetto reads: Trace Event Format, Google, 2016. */
    @Test
    void hasTheFieldsOfCompleteEventsInMicroseconds() {
        List<?> events = (List<?>) Objects.requireNonNull(Json.readObject(file).get("traceEvents"));
        assertThat(events.getFirst()).isEqualTo(Map.of(
                "name", "process_name", "ph", "M", "pid", 0L, "tid", 0L, "args", Map.of("name", "gatun")));
        assertThat(events.get(2)).isEqualTo(Map.of(
                "name", "thread_name", "ph", "M", "pid", 0L, "tid", 1L, "args", Map.of("name", "other")));
        assertThat(events.get(3)).isEqualTo(Map.of("name", "conv1 convolution", "cat", "kernel", "ph", "X",
                "ts", 1.234, "dur", 5_678.901, "pid", 0L, "tid", 0L,
                "args", Map.of("step", 7L, "stage", "forward", "layer", "conv1", "operation", "convolution",
                        "implementation", "jit \"x\"", "inputs", "in", "outputs", "out", "bytes", 12L, "flops", 34L)));
        assertThat(events.get(4)).isEqualTo(Map.of("name", "step 7", "cat", "step", "ph", "X", "ts", 1.0,
                "dur", 6_000.0, "pid", 0L, "tid", 0L, "args", Map.of("step", 7L)));
        assertThat(events.get(5)).asString().contains("name=checkpoint", "tid=1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "program":"gatun"     | "program":"chrome"  | the trace of another program
            "cat":"checkpoint"    | "cat":"nothing"     | an event of the unknown category "nothing"
            "ts":1.234            | "ts":"then"         | damaged: no number "ts"
            "dur":5678.901        | "dur":-1            | damaged: no number "dur"
            "bytes":12            | "bytes":1.5         | damaged: no count "bytes"
            "layer":"conv1"       | "layer":null        | damaged: no text "layer"
            "args":{"step":7}     | "args":7            | damaged: no object "args"
            "traceEvents":        | "events":           | damaged: no list "traceEvents"
            "traceEvents":[       | "traceEvents":[7,   | damaged: no list of objects "traceEvents"
            "streams":[           | "stream":[          | damaged: no list "streams"
            "streams":[{"bytes":64,"gigabytes_per_second":7.25}] | "streams":[] | a peak needs the speed of a pass over memory
            "ph":"M"              | "ph":M              | line 1, column
            """)
    void aDamagedOneIsRefusedWithCauseAndRemedy(String text, String other, String message) throws IOException {
        String written = Files.readString(file);
        assertThat(written).contains(text);
        Files.writeString(file, written.replace(text, other));
        assertThatThrownBy(() -> Trace.read(file)).isInstanceOf(RunFolderException.class)
                .hasMessageStartingWith(file + ": ").hasMessageContaining(message)
                .hasMessageEndingWith("; record the profile again");
    }

    @Test
    void oneThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> Trace.read(folder.resolve("none.json"))).isInstanceOf(StorageException.class)
                .hasMessageContaining("no such file");
    }
}
