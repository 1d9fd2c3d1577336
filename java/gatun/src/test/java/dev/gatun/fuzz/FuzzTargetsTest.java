package dev.gatun.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gatun.memory.NoLeaks;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.schedule.ReduceOnPlateau;
import dev.gatun.optim.schedule.text.StepCount;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every reader with the inputs that {@code ci/fuzz} found, and a moment of what it does. What it found wrong stands
 * below, one test each.
 */
@ExtendWith(NoLeaks.class)
class FuzzTargetsTest {
    private static final Map<String, Callable<FuzzTarget>> TARGETS = new LinkedHashMap<>();

    static {
        TARGETS.put("json", JsonTarget::new);
        TARGETS.put("safetensors", SafetensorsTarget::new);
        TARGETS.put("manifest", ManifestTarget::new);
        TARGETS.put("state", StateTarget::new);
        TARGETS.put("model", DescriptionTarget::new);
        TARGETS.put("metrics", MetricsTarget::new);
        TARGETS.put("trace", TraceTarget::new);
        TARGETS.put("idx", IdxTarget::new);
        TARGETS.put("zip", ZipTarget::new);
        TARGETS.put("image", ImageTarget::new);
        TARGETS.put("schedule", ScheduleTarget::new);
        TARGETS.put("option", OptionTarget::new);
        TARGETS.put("optimizer", OptimizerTarget::new);
    }

    static Stream<String> names() {
        return TARGETS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aReaderReadsOrRefuses(String name) throws Exception {
        try (FuzzTarget target = Objects.requireNonNull(TARGETS.get(name)).call()) {
            assertThat(FuzzCorpus.replay(name, target, 500)).as("inputs that were refused").isGreaterThan(50);
        }
    }

    @Test
    void theSameSeedMakesTheSameInputs() {
        List<byte[]> corpus = Inputs.texts("{\"a\":12}", "PK");
        Mutations one = new Mutations(3, corpus);
        Mutations two = new Mutations(3, corpus);
        int changed = 0;
        for (int i = 0; i < 200; i++) {
            byte[] input = one.next();
            assertThat(input).isEqualTo(two.next());
            changed += corpus.stream().noneMatch(each -> Arrays.equals(each, input)) ? 1 : 0;
        }
        assertThat(changed).isGreaterThan(150);
        assertThat(corpus.getFirst()).as("not changed itself").isEqualTo(Inputs.texts("{\"a\":12}").getFirst());
    }

    @Test
    void aLossScaleOfNothingIsRefused() {
        for (String text : List.of(",", ",,", "", " ")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> LossScaling.parse(text))
                    .withMessageContaining("is no loss scale");
        }
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        for (String text : List.of("0.0001%", "0.000000001%", "1.5epochs", "500", "123456789012345")) {
            StepCount count = StepCount.parse(text);
            assertThat(StepCount.parse(count.text())).as(count.text()).isEqualTo(count);
        }
        Lookahead lookahead = new Lookahead(5, 0.1 + 0.2);
        assertThat(Lookahead.parse(lookahead.text())).isEqualTo(lookahead);
    }

    @Test
    void aPlateauWithoutItsNumbersIsRefused() {
        Map<String, Object> state = new LinkedHashMap<>(Map.of("mode", "min", "factor", 0.5, "patience", 1L,
                "threshold", 1e-4, "threshold_mode", "rel", "cooldown", 0L, "eps", 1e-8));
        state.put("min_lrs", Arrays.asList((Object) null));
        assertThatIllegalArgumentException().isThrownBy(() -> ReduceOnPlateau.fromState(state))
                .withMessageContaining("min_lrs must be a number, got null");
    }
}
