package dev.gatun.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.io.json.Json;
import dev.gatun.update.kernel.LossScaleRule;
import dev.gatun.update.kernel.StepBlock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The factor of the loss against PyTorch 2.13.0's {@code GradScaler}, whose figures the following printed; an x is a
 * step with a gradient that is not finite.
 *
 * <pre>
 * import torch
 * def run(pattern, **kw):
 *     s = torch.amp.GradScaler('cpu', **kw)
 *     w = torch.zeros(1, requires_grad=True)
 *     o = torch.optim.SGD([w], lr=0.)
 *     out = []
 *     for c in pattern:
 *         w.grad = torch.full((1,), float('inf') if c == 'x' else 1.)
 *         s.scale(torch.zeros(1))
 *         s.step(o); s.update()
 *         out.append((s.state_dict()['scale'], s.state_dict()['_growth_tracker']))
 *     return out
 * run('..x....x..xx....', init_scale=8., growth_factor=2., backoff_factor=.5, growth_interval=3)
 * run('......', init_scale=2e38, growth_factor=2., backoff_factor=.5, growth_interval=2)
 * run('..x..x..', init_scale=1000.1, growth_factor=1.3, backoff_factor=.7, growth_interval=1)
 * run('x.')
 * </pre>
 */
class LossScalingTest {
    private static final double[][] SMALL = {{8, 1}, {8, 2}, {4, 0}, {4, 1}, {4, 2}, {8, 0}, {8, 1}, {4, 0}, {4, 1},
            {4, 2},
        {2, 0}, {1, 0}, {1, 1}, {1, 2}, {2, 0}, {2, 1}};
    private static final double HUGE = 1.9999999360571385e38;
    private static final double[][] LARGE = {{HUGE, 1}, {HUGE, 0}, {HUGE, 1}, {HUGE, 0}, {HUGE, 1}, {HUGE, 0}};
    private static final double[][] CROOKED = {{1300.1300048828125, 0}, {1690.1689453125, 0}, {1183.1182861328125, 0},
        {1538.0537109375, 0}, {1999.4698486328125, 0}, {1399.62890625, 0}, {1819.517578125, 0}, {2365.372802734375, 0}};
    private static final double[][] DEFAULTS = {{32768, 0}, {32768, 1}};

    private static void assertRuns(LossScaling.Dynamic scaling, String pattern, double[][] figures) {
        LossScaleRule rule = scaling.rule();
        StepBlock block = begun(rule);
        for (int i = 0; i < figures.length; i++) {
            rule.apply(block, pattern.charAt(i) != 'x');
            assertThat((double) block.scale()).as("scale after step %s", i + 1).isEqualTo(figures[i][0]);
            assertThat((double) block.finiteInARow()).as("tracker after step %s", i + 1).isEqualTo(figures[i][1]);
            LossScaleState saved = LossScaleState.of(block);
            LossScaleState resumed = LossScaleState.read(
                    scaling, Json.parseObject(Json.write(saved.toMap(scaling)), "state"));
            assertThat(resumed).isEqualTo(saved);
            block = StepBlock.onHost(); // every step goes on from a state that was saved
            block.setScale(resumed.scale(), resumed.finiteInARow(), resumed.skippedInARow());
        }
    }

    private static StepBlock begun(LossScaleRule rule) {
        StepBlock block = StepBlock.onHost();
        block.setScale(rule.initial(), 0, 0);
        return block;
    }

    @Test
    void theFactorIsPyTorchs() {
        LossScaling.Dynamic dynamic = LossScaling.DYNAMIC;
        assertRuns(dynamic.withInitial(8).withInterval(3), "..x....x..xx....", SMALL);
        assertRuns(dynamic.withInitial(2e38).withInterval(2), "......", LARGE);
        assertRuns(dynamic.withInitial(1000.1).withGrowth(1.3).withBackoff(0.7).withInterval(1), "..x..x..", CROOKED);
        assertRuns(dynamic, "x.", DEFAULTS);
    }

    @Test
    void aFixedFactorStays() {
        LossScaleRule rule = new LossScaling.Fixed(3, 2).rule();
        StepBlock block = begun(rule);
        for (int i = 0; i < 3; i++) {
            assertThat(rule.isHopeless(block)).isFalse();
            rule.apply(block, false);
        }
        assertThat(rule.isHopeless(block)).as("three in a row are more than two").isTrue();
        assertThat(block.skippedInARow()).isEqualTo(3);
        rule.apply(block, true);
        assertThat(rule.isHopeless(block)).isFalse();
        assertThat(block.scale()).isEqualTo(3);
        assertThat(begun(LossScaling.NONE.rule()).scale()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            none                                  | none
            1024                                  | 1024,skips=50
            0.5,skips=3                           | 0.5,skips=3
            dynamic                               | dynamic,initial=65536,growth=2,backoff=0.5,interval=2000,skips=50
            dynamic,interval=10,initial=1e3       | dynamic,initial=1000,growth=2,backoff=0.5,interval=10,skips=50
            dynamic,growth=3,backoff=0.25,skips=0 | dynamic,initial=65536,growth=3,backoff=0.25,interval=2000,skips=0
            """)
    void textsSurvive(String text, String whole) {
        LossScaling scaling = LossScaling.parse(text);
        assertThat(scaling.text()).isEqualTo(whole);
        assertThat(LossScaling.parse(whole)).isEqualTo(scaling);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "some", "none,skips=1", "-1", "0x10", "1024,initial=3", "dynamic,size=1",
            "dynamic,growth", "1024f", "1.2.3",
        "dynamic,interval=2.5", "1024,skips=1e3"})
    void whatIsNoLossScaleIsExplained(String text) {
        assertThatThrownBy(() -> LossScaling.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no loss scale: write it as none, 1024, 1024,skips=20, dynamic or");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1e39", "1e-60", "dynamic,growth=1", "dynamic,backoff=1", "dynamic,interval=0",
            "dynamic,initial=0"})
    void numbersOutsideTheirDomainsAreRefused(String text) {
        assertThatThrownBy(() -> LossScaling.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be above");
    }

    @Test
    void statesThatDoNotFitAreRefused() {
        LossScaling dynamic = LossScaling.DYNAMIC;
        LossScaling none = LossScaling.NONE;
        LossScaleState state = new LossScaleState(65536, 1, 0);
        assertThat(LossScaleState.read(none, state.toMap(none)).scale()).isEqualTo(1);
        assertThatThrownBy(() -> LossScaleState.read(none, state.toMap(dynamic)))
                .hasMessageContaining("the other does not");
        assertThatThrownBy(() -> LossScaleState.read(dynamic, Map.of())).hasMessageContaining("the other does not");
        assertThatThrownBy(() -> LossScaleState.read(dynamic, Map.of("scale", 2.0))).hasMessageContaining("damaged");
    }
}
