package dev.gatun.optim.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.io.json.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@link ReduceOnPlateau} against PyTorch 2.13.0 in float64, and its state. */
class ReduceOnPlateauTest {
    // metrics = [round(1 / (1 + .2 * k) + .06 * math.sin(5 * k), 4) for k in range(20)] + [.2] * 16
    // def plateau(lr=.4, sign=1, **options):
    //     o = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    //     s = torch.optim.lr_scheduler.ReduceLROnPlateau(o, **options)
    //     out = []
    //     for m in metrics:
    //         s.step(sign * m)
    //         out.append(o.param_groups[0]['lr'])
    //     return out
    private static final double[] METRICS = {
            1, 0.7758, 0.6816, 0.664, 0.6103, 0.4921, 0.3953, 0.391, 0.4293, 0.4082, 0.3176, 0.2525, 0.2758, 0.3274,
            0.3096, 0.2267, 0.1785, 0.2167, 0.271, 0.2493, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2,
            0.2, 0.2, 0.2, 0.2};

    private static void same(PlateauOptions options, int sign, double... figures) {
        ReduceOnPlateau plateau = new ReduceOnPlateau(options, 0.4);
        double[] values = Arrays.stream(METRICS).map(metric -> {
            plateau.step(sign * metric);
            return plateau.value();
        }).toArray();
        assertThat(values).containsExactly(figures, within(1e-15));
    }

    // plateau()
    @Test
    void defaults() {
        same(PlateauOptions.DEFAULTS, 1,
                0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4,
                0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.04000000000000001, 0.04000000000000001, 0.04000000000000001,
                0.04000000000000001, 0.04000000000000001, 0.04000000000000001, 0.04000000000000001,
                0.04000000000000001, 0.04000000000000001);
    }

    // plateau(patience=2, factor=.5)
    @Test
    void patience() {
        same(PlateauOptions.DEFAULTS.withPatience(2).withFactor(0.5), 1,
                0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.2, 0.2, 0.1,
                0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.0125, 0.00625, 0.00625, 0.00625,
                0.003125, 0.003125);
    }

    // plateau(patience=0, factor=.8)
    @Test
    void noPatience() {
        same(PlateauOptions.DEFAULTS.withPatience(0).withFactor(0.8), 1,
                0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.32000000000000006, 0.25600000000000006, 0.25600000000000006,
                0.25600000000000006, 0.20480000000000007, 0.16384000000000007, 0.13107200000000005,
                0.13107200000000005, 0.13107200000000005, 0.10485760000000005, 0.08388608000000004,
                0.06710886400000003, 0.05368709120000003, 0.042949672960000025, 0.03435973836800002,
                0.027487790694400018, 0.021990232555520017, 0.017592186044416015, 0.014073748835532814,
                0.011258999068426251, 0.009007199254741001, 0.007205759403792801, 0.0057646075230342415,
                0.0046116860184273935, 0.003689348814741915, 0.002951479051793532, 0.002361183241434826,
                0.0018889465931478608);
    }

    // plateau(patience=1, factor=.3, cooldown=3, threshold=.05, threshold_mode='abs')
    @Test
    void absoluteThresholdAndCooldown() {
        same(PlateauOptions.DEFAULTS.withPatience(1).withFactor(0.3).withCooldown(3)
                .withThreshold(0.05, PlateauOptions.Threshold.ABS), 1,
                0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.12, 0.12, 0.12, 0.12, 0.12, 0.036, 0.036, 0.036, 0.036,
                0.036, 0.010799999999999999, 0.010799999999999999, 0.010799999999999999, 0.010799999999999999,
                0.010799999999999999, 0.0032399999999999994, 0.0032399999999999994, 0.0032399999999999994,
                0.0032399999999999994, 0.0032399999999999994, 0.0009719999999999998, 0.0009719999999999998,
                0.0009719999999999998, 0.0009719999999999998, 0.0009719999999999998, 0.00029159999999999993,
                0.00029159999999999993, 0.00029159999999999993);
    }

    // plateau(patience=1, factor=.6, threshold=.2)
    @Test
    void relativeThreshold() {
        same(PlateauOptions.DEFAULTS.withPatience(1).withFactor(0.6)
                .withThreshold(0.2, PlateauOptions.Threshold.REL), 1,
                0.4, 0.4, 0.4, 0.24, 0.24, 0.24, 0.24, 0.24, 0.144, 0.144, 0.08639999999999999, 0.08639999999999999,
                0.08639999999999999, 0.05183999999999999, 0.05183999999999999, 0.031103999999999993,
                0.031103999999999993, 0.031103999999999993, 0.018662399999999996, 0.018662399999999996,
                0.011197439999999998, 0.011197439999999998, 0.006718463999999999, 0.006718463999999999,
                0.004031078399999999, 0.004031078399999999, 0.0024186470399999993, 0.0024186470399999993,
                0.0014511882239999995, 0.0014511882239999995, 0.0008707129343999997, 0.0008707129343999997,
                0.0005224277606399998, 0.0005224277606399998, 0.0003134566563839999, 0.0003134566563839999);
    }

    // plateau(patience=1, min_lr=.003)
    @Test
    void minimum() {
        same(PlateauOptions.DEFAULTS.withPatience(1).withMin(0.003), 1,
                0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.04000000000000001, 0.04000000000000001,
                0.04000000000000001, 0.04000000000000001, 0.004000000000000001, 0.004000000000000001,
                0.004000000000000001, 0.004000000000000001, 0.004000000000000001, 0.003, 0.003, 0.003, 0.003, 0.003,
                0.003, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003);
    }

    // plateau(patience=1, eps=.01)
    @Test
    void eps() {
        same(PlateauOptions.DEFAULTS.withPatience(1).withEps(0.01), 1,
                0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.04000000000000001, 0.04000000000000001,
                0.04000000000000001, 0.04000000000000001, 0.004000000000000001, 0.004000000000000001,
                0.004000000000000001, 0.004000000000000001, 0.004000000000000001, 0.004000000000000001,
                0.004000000000000001, 0.004000000000000001, 0.004000000000000001, 0.004000000000000001,
                0.004000000000000001, 0.004000000000000001, 0.004000000000000001, 0.004000000000000001,
                0.004000000000000001, 0.004000000000000001, 0.004000000000000001, 0.004000000000000001,
                0.004000000000000001, 0.004000000000000001, 0.004000000000000001, 0.004000000000000001,
                0.004000000000000001);
    }

    // plateau(mode='max', patience=2, factor=.5)
    @Test
    void maximise() {
        same(PlateauOptions.DEFAULTS.withMode(PlateauOptions.Mode.MAX).withPatience(2).withFactor(0.5), 1,
                0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125,
                0.0125, 0.00625, 0.00625, 0.00625, 0.003125, 0.003125, 0.003125, 0.0015625, 0.0015625, 0.0015625,
                0.00078125, 0.00078125, 0.00078125, 0.000390625, 0.000390625, 0.000390625, 0.0001953125, 0.0001953125,
                0.0001953125);
    }

    // plateau(mode='max', patience=2, factor=.5, threshold=.1, sign=-1)
    @Test
    void maximiseBelowZero() {
        same(PlateauOptions.DEFAULTS.withMode(PlateauOptions.Mode.MAX).withPatience(2).withFactor(0.5)
                .withThreshold(0.1, PlateauOptions.Threshold.REL), -1,
                0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.2,
                0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.0125, 0.00625,
                0.00625);
    }

    // plateau(mode='max', patience=3, factor=.5, cooldown=1, threshold=.06, threshold_mode='abs', sign=-1)
    @Test
    void maximiseWithAnAbsoluteThreshold() {
        same(PlateauOptions.DEFAULTS.withMode(PlateauOptions.Mode.MAX).withPatience(3).withFactor(0.5).withCooldown(1)
                .withThreshold(0.06, PlateauOptions.Threshold.ABS), -1,
                0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.2, 0.2,
                0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.025, 0.025, 0.0125);
    }

    // s = ReduceLROnPlateau(o, factor=.5, patience=1, cooldown=2, min_lr=[.1, .04]) of two groups with rates .4 and .05
    // for m in [.9, .8, .85, .85, .7]: s.step(m)
    // print(s.state_dict())
    // for m in [.9] * 8: s.step(m); print(s.get_last_lr(), s.num_bad_epochs, s.cooldown_counter)
    @Test
    void continuesFromPyTorchsOwnState() {
        Map<String, Object> state = Json.parseObject("""
                {"factor": 0.5, "default_min_lr": null, "min_lrs": [0.1, 0.04], "patience": 1, "cooldown": 2,
                 "eps": 1e-08, "last_epoch": 5, "_last_lr": [0.2, 0.04], "mode_worse": "Infinity", "mode": "min",
                 "threshold": 0.0001, "threshold_mode": "rel", "best": 0.7, "cooldown_counter": 1,
                 "num_bad_epochs": 0}""", "PyTorch");
        ReduceOnPlateau plateau = ReduceOnPlateau.fromState(state);
        ReduceOnPlateau ours = twoGroups();
        for (double metric : new double[] {0.9, 0.8, 0.85, 0.85, 0.7}) {
            ours.step(metric);
        }
        assertThat(ours.state()).isEqualTo(plateau.state());
        double[] rates = {0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
        long[] bad = {0, 1, 0, 0, 0, 1, 0, 0};
        long[] cooldown = {0, 0, 2, 1, 0, 0, 2, 1};
        for (int i = 0; i < rates.length; i++) {
            assertThat(plateau.step(0.9)).isEqualTo(i == 2);
            assertThat(plateau.values()).containsExactly(rates[i], 0.04);
            assertThat(plateau.value(1)).isEqualTo(0.04);
            assertThat(plateau.badEpochs()).isEqualTo(bad[i]);
            assertThat(plateau.cooldownLeft()).isEqualTo(cooldown[i]);
            assertThat(plateau.epochs()).isEqualTo(6 + i);
        }
    }

    private static ReduceOnPlateau twoGroups() {
        return new ReduceOnPlateau(PlateauOptions.DEFAULTS.withFactor(0.5).withPatience(1).withCooldown(2)
                .withMin(List.of(0.1, 0.04)), 0.4, 0.05);
    }

    /** Saved and restored after each epoch, through JSON, beside a run that is not. */
    @Test
    void aResumedRunIsTheSameBitForBit() {
        PlateauOptions options = PlateauOptions.DEFAULTS.withPatience(1).withFactor(1 / 3.0).withCooldown(2)
                .withMin(1e-9);
        ReduceOnPlateau whole = new ReduceOnPlateau(options, 0.1, 1 / 3.0);
        ReduceOnPlateau resumed = ReduceOnPlateau.fromState(whole.state());
        for (double metric : METRICS) {
            Map<String, Object> saved = resumed.state();
            resumed = ReduceOnPlateau.fromState(Json.parseObject(Json.write(saved), "state"));
            assertThat(resumed.state()).isEqualTo(saved);
            assertThat(resumed.step(metric)).isEqualTo(whole.step(metric));
            assertThat(resumed.state()).isEqualTo(whole.state());
        }
        assertThat(whole.value()).isLessThan(0.1 / 27);
    }

    @Test
    void theStateHasAllOfIt() {
        assertThat(twoGroups().state()).containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                Map.entry("mode", "min"), Map.entry("factor", 0.5), Map.entry("patience", 1L),
                Map.entry("threshold", 1e-4), Map.entry("threshold_mode", "rel"), Map.entry("cooldown", 2L),
                Map.entry("min_lrs", List.of(0.1, 0.04)), Map.entry("eps", 1e-8),
                Map.entry("best", Double.POSITIVE_INFINITY), Map.entry("num_bad_epochs", 0L),
                Map.entry("cooldown_counter", 0L), Map.entry("last_epoch", 0L),
                Map.entry("_last_lr", List.of(0.4, 0.05))));
    }

    /** Patience 2: the fourth flat epoch. */
    @Test
    void firesWhenThereAreMoreBadEpochsThanThePatience() {
        ReduceOnPlateau plateau = new ReduceOnPlateau(PlateauOptions.DEFAULTS.withPatience(2), 1);
        assertThat(List.of(plateau.step(5), plateau.step(5), plateau.step(5), plateau.step(5)))
                .containsExactly(false, false, false, true);
        assertThat(plateau.value()).isEqualTo(0.1);
    }

    @Test
    void noNumberIsABadEpoch() {
        ReduceOnPlateau plateau = new ReduceOnPlateau(PlateauOptions.DEFAULTS.withPatience(0), 1);
        assertThat(plateau.step(Double.NaN)).isTrue();
        assertThat(plateau.best()).isInfinite();
    }

    @Test
    void badStatesAreNamed() {
        badState("best", null, "key best is missing");
        badState("best", "much", "best must be a number, got much");
        badState("mode", "up", "mode must be one of [min, max], got up");
        badState("patience", 1.5, "patience must be a whole number, at least 0, got 1.5");
        badState("num_bad_epochs", -1L, "num_bad_epochs must be a whole number, at least 0, got -1");
        badState("_last_lr", 0.1, "_last_lr must be a list of numbers, got 0.1");
        badState("min_lrs", List.of("x"), "min_lrs must be a number, got x");
    }

    private static void badState(String key, @Nullable Object value, String message) {
        Map<String, Object> state = new LinkedHashMap<>(twoGroups().state());
        if (value == null) {
            state.remove(key);
        } else {
            state.put(key, value);
        }
        assertThatThrownBy(() -> ReduceOnPlateau.fromState(state)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plateau state: " + message);
    }

    @Test
    void badOptionsAreNamed() {
        PlateauOptions options = PlateauOptions.DEFAULTS;
        refused("factor must be at least 0 and below 1, got 1.0", () -> options.withFactor(1));
        refused("patience must be at least 0 and finite, got -1.0", () -> options.withPatience(-1));
        refused("threshold must be at least 0 and finite, got NaN",
                () -> options.withThreshold(Double.NaN, PlateauOptions.Threshold.ABS));
        refused("cooldown must be at least 0 and finite, got -1.0", () -> options.withCooldown(-1));
        refused("min must be at least 0 and finite, got -0.5", () -> options.withMin(-0.5));
        refused("min must have one value, or one for each group", () -> options.withMin(List.of()));
        refused("eps must be at least 0 and finite, got -1.0", () -> options.withEps(-1));
        refused("needs at least one value", () -> new ReduceOnPlateau(options));
        refused("2 lower bounds for 3 values: give one, or one for each",
                () -> new ReduceOnPlateau(options.withMin(List.of(0.0, 0.0)), 1, 2, 3));
    }

    private static void refused(String message, ThrowingCallable making) {
        assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage("plateau: " + message);
    }
}
