package dev.gatun.nn.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Variable;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How models begin, by {@code --init} and by the last scales of residuals. */
class InitializationTest {
    private static final Model MODEL = Models.create("resnet20", 3, 32, 32, 10);

    private static float[] start(Model model, String name) {
        Graph graph = model.graph(2);
        Variable variable = graph.variables().stream().map(value -> Objects.requireNonNull(value.variable()))
                .filter(each -> each.name().equals(name)).findFirst().orElseThrow();
        float[] values = new float[Math.toIntExact(variable.shape().elements())];
        variable.initializer().fill(values, variable.shape(), new SplittableRandom(4));
        return values;
    }

    private static double deviation(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum / values.length);
    }

    /** A convolution of 3x3 from 16 to 32 channels: a fan in of 144 and a fan out of 288. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            default                              | 0.08333
            xavier-uniform                       | 0.06804
            xavier-normal:gain=2                 | 0.13608
            kaiming-uniform                      | 0.11785
            kaiming-normal:mode=fan_out          | 0.08333
            KAIMING-NORMAL:mode=fan_out,gain=1   | 0.05893
            truncated-normal:std=0.5             | 0.43979
            constant:value=-0.25                 | 0.25
            orthogonal:gain=3                    | 0.25
            """)
    void weightsHaveTheDeviationOfTheScheme(String text, double deviation) {
        Model model = MODEL.with(Initialization.parse(text));
        assertThat(deviation(start(model, "layer2.0.conv1.weight"))).isCloseTo(deviation, within(0.03 * deviation));
        assertThat(start(model, "layer2.0.bn1.weight")).containsOnly(1);
        assertThat(start(model, "fc.bias")).isEqualTo(start(MODEL, "fc.bias"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "orthogonal:gain=0.30000000000000004", "kaiming-uniform:gain=1.0,mode=fan_out",
        "constant:value=-2.0"})
    void textsSurvive(String text) {
        assertThat(Initialization.parse(text).text()).isEqualTo(text);
        assertThat(Initialization.parse(Initialization.parse(text).text())).isEqualTo(Initialization.parse(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kaiming                     | unknown initialisation "kaiming"; there are default, xavier-uniform,
            xavier-normal:mode=fan_out  | xavier-normal: "mode=fan_out" is none of its options: gain=
            kaiming-normal:mode=fan     | kaiming-normal: "fan" is no mode; there are fan_in and fan_out
            kaiming-normal:std=1        | "std=1" is none of its options: gain= and mode=fan_in or mode=fan_out
            default:gain=1              | default: "gain=1" is none of its options: it has none
            orthogonal:gain=x           | orthogonal: "x" is no number
            orthogonal:gain=0           | the gain must be positive and finite, got 0.0
            constant:value=NaN          | the value must be finite, got NaN
            orthogonal:                 | "" is none of its options
            """)
    void badTextsSayWhatWouldDo(String text, String message) {
        assertThatThrownBy(() -> Initialization.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"resnet18, layer3.1.bn2", "resnet20, layer3.2.bn2", "resnet50, layer4.2.bn3",
        "seresnet50, layer1.0.bn3"})
    void theLastScaleOfEachResidualIsZeroWhenAsked(String name, String last) {
        Model model = Models.create(name, 3, 32, 32, 10);
        Model zero = Models.zeroLastGamma(model);
        assertThat(start(model, last + ".weight")).containsOnly(1);
        assertThat(start(zero, last + ".weight")).containsOnly(0);
        long changed = zero.graph(2).variables().stream().map(value -> Objects.requireNonNull(value.variable()))
                .filter(variable -> variable.kind() == Variable.Kind.NORMALIZATION)
                .filter(variable -> variable.name().endsWith("weight") && start(zero, variable.name())[0] == 0).count();
        assertThat(changed).isEqualTo(zero.graph(2).nodes().stream().filter(node -> node.name().endsWith(".add"))
                .count());
    }

    @Test
    void otherModelsHaveNoSuchScale() {
        assertThat(Models.hasLastGamma("wrn16_2")).isFalse();
        assertThatThrownBy(() -> Models.zeroLastGamma(Models.create("vit_tiny", 3, 32, 32, 10)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vit_tiny has no residuals that end in a normalisation: leave its scales as they are");
    }

    @Test
    void bothGoTogether() {
        Model model = Models.zeroLastGamma(MODEL.with(Initialization.parse("constant:value=3")));
        assertThat(start(model, "layer1.0.conv2.weight")).containsOnly(3);
        assertThat(start(model, "layer1.0.bn2.weight")).containsOnly(0);
    }
}
