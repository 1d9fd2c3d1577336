package dev.gatun.compress.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistillationTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"kd:t=4:weight=0.9+at:p=2:layers=layer1,layer2:weight=1000",
        "labels:weight=0.1+kd:t=20:weight=0.9", "labels:weight=1..0+logits:weight=0..1", "cached+kd:t=2.5:weight=1",
        "hint:layers=conv1>layer2,fc:weight=1", "fsp:layers=layer1,layer2,layer3:weight=50",
        "rkd-distance:weight=25+rkd-angle:layers=fc2>fc1:weight=50", "sp:weight=3000",
        "cc:gamma=0.4:order=2:weight=0.02", "self:t=3:alpha=0.3:layers=layer1:weight=1", "mutual:t=1:weight=1",
        "none"})
    void whatIsPrintedIsRead(String text) {
        assertThat(Distillation.parse(text).text()).isEqualTo(text);
        assertThat(Distillation.parse(Distillation.parse(text).text())).isEqualTo(Distillation.parse(text));
    }

    @Test
    void whatIsLeftOutIsUsual() {
        assertThat(Distillation.parse(" kd + cc:order=3 + hint:layers=a>b")).isEqualTo(Distillation.of(
                Term.of(new SoftLabels(4)), Term.of(new CorrelationCongruence(0.4, 3)),
                new Term(new Hint(), List.of(new LayerPair("a", "b")), Ramp.ONE)));
        assertThat(Distillation.of(Term.of(new AttentionTransfer(2), "layer1", "layer2").weighing(1000)).text())
                .isEqualTo("at:p=2:layers=layer1,layer2:weight=1000");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "kdd:t=4 | there is no method \"kdd\"; did you mean \"kd\"?",
        "kd:T=4 | kd: there is no setting \"T\"; did you mean \"t\"?",
        "kd:layers=conv1 | kd: there is no setting \"layers\", only [t, weight]",
        "logits:t=2 | logits: there is no setting \"t\", only [weight]",
        "kd:t | kd: expected key=value after a colon, got \"t\"",
        "kd:t=4:t=5 | kd: t stands twice",
        "kd:t=warm | kd: t must be a number, got \"warm\"",
        "kd:t=0x4 | kd: t must be a number, got \"0x4\"",
        "kd:t=0 | a temperature must be positive and finite, got 0.0",
        "kd:weight=-1 | a weight must be finite and not negative, got -1.0",
        "kd:weight=1..-1 | a weight must be finite and not negative, got 1.0..-1.0",
        "cc:order=1.5 | cc: order must be a whole number, got \"1.5\"",
        "cc:order=0 | the order of the kernel's series must lie in [1, 20], got 0",
        "at:layers=a:p=0.5 | the power of an attention map must be at least 1, got 0.5",
        "at | at: it compares the features of layers: name one at least, as in at:layers=layer1",
        "fsp:layers=a | fsp: it compares the features of two layers or more: name these, as in"
                + " fsp:layers=layer1,layer2",
        "at:layers=a,, | a layer without a name: write layers=conv1,layer2>layer3",
        "self:layers=a>b | self: it has no teacher whose layers could be named",
        "labels:weight=1 | there is nothing to distil by: name a method, such as kd:t=4",
        "labels+labels+kd | the weight of the labels stands twice",
        "mutual+mutual | mutual learning stands twice: one network learns from one other",
        "cached+at:layers=a | cached are the teacher's scores only, and at needs more: leave out \"cached\""})
    void whatIsWrongIsSaidInOneLine(String text, String message) {
        assertThatThrownBy(() -> Distillation.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aWeightMovesLinearlyFromTheFirstStepToTheLast() {
        Ramp ramp = new Ramp(1, 0);
        assertThat(ramp.at(0, 5)).isEqualTo(1);
        assertThat(ramp.at(1, 5)).isEqualTo(0.75);
        assertThat(ramp.at(4, 5)).isZero();
        assertThat(ramp.at(9, 5)).isZero();
        assertThat(ramp.at(0, 1)).isEqualTo(1);
    }
}
