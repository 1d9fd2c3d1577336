package dev.gatun.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Layers;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsTest {
    private static Map<String, Shape> variables(Graph graph) {
        Map<String, Shape> variables = new LinkedHashMap<>();
        graph.variables().forEach(value -> variables.put(value.name(), value.type().shape()));
        return variables;
    }

    @Test
    void parametersAreAsManyAsTheLiteratures() {
        assertThat(Models.lenet(1, 28, 28, 10).graph(2).parameterElements()).isEqualTo(61_706);
        assertThat(Models.resnet18(3, 32, 32, 10).graph(2).parameterElements()).isEqualTo(11_173_962);
        assertThat(Models.mlp(1, 28, 28, 10).graph(2).parameterElements())
                .isEqualTo((784 + 1) * 256 + (256 + 1) * 128 + (128 + 1) * 10);
    }

    @Test
    void resnet18HasTorchvisionsNamesAndShapes() {
        Map<String, Shape> variables = variables(Models.resnet18(3, 32, 32, 10).graph(2));
        // torchvision's state_dict has 122 entries: these, and 20 counters num_batches_tracked.
        assertThat(variables).hasSize(102);
        assertThat(variables).containsAllEntriesOf(Map.ofEntries(
                Map.entry("conv1.weight", Shape.of(64, 3, 3, 3)),
                Map.entry("bn1.weight", Shape.of(64)),
                Map.entry("bn1.bias", Shape.of(64)),
                Map.entry("bn1.running_mean", Shape.of(64)),
                Map.entry("bn1.running_var", Shape.of(64)),
                Map.entry("layer1.0.conv1.weight", Shape.of(64, 64, 3, 3)),
                Map.entry("layer1.0.bn1.running_mean", Shape.of(64)),
                Map.entry("layer1.1.conv2.weight", Shape.of(64, 64, 3, 3)),
                Map.entry("layer2.0.conv1.weight", Shape.of(128, 64, 3, 3)),
                Map.entry("layer2.0.downsample.0.weight", Shape.of(128, 64, 1, 1)),
                Map.entry("layer2.0.downsample.1.weight", Shape.of(128)),
                Map.entry("layer2.0.downsample.1.running_var", Shape.of(128)),
                Map.entry("layer3.0.downsample.0.weight", Shape.of(256, 128, 1, 1)),
                Map.entry("layer4.0.conv1.weight", Shape.of(512, 256, 3, 3)),
                Map.entry("layer4.1.bn2.bias", Shape.of(512)),
                Map.entry("fc.weight", Shape.of(10, 512)),
                Map.entry("fc.bias", Shape.of(10))));
        assertThat(variables).doesNotContainKeys("conv1.bias", "layer1.0.downsample.0.weight",
                "layer2.1.downsample.0.weight");
    }

    @Test
    void lenetHasItsFiveLayers() {
        assertThat(variables(Models.lenet(1, 28, 28, 10).graph(2))).containsExactly(
                Map.entry("conv1.weight", Shape.of(6, 1, 5, 5)), Map.entry("conv1.bias", Shape.of(6)),
                Map.entry("conv2.weight", Shape.of(16, 6, 5, 5)), Map.entry("conv2.bias", Shape.of(16)),
                Map.entry("fc1.weight", Shape.of(120, 400)), Map.entry("fc1.bias", Shape.of(120)),
                Map.entry("fc2.weight", Shape.of(84, 120)), Map.entry("fc2.bias", Shape.of(84)),
                Map.entry("fc3.weight", Shape.of(10, 84)), Map.entry("fc3.bias", Shape.of(10)));
    }

    @Test
    void theSmallestImagesThatAreAcceptedCanBeBuilt() {
        assertThat(Models.lenet(1, 12, 12, 2).graph(1).nodes()).isNotEmpty();
        assertThat(Models.resnet18(3, 8, 8, 2).graph(2).nodes()).isNotEmpty();
        assertThat(Models.mlp(1, 1, 1, 2).graph(1).nodes()).isNotEmpty();
    }

    @Test
    void imagesThatAreTooSmallAreRefusedWithTheSizeNeeded() {
        assertThatThrownBy(() -> Models.lenet(1, 11, 28, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lenet needs images of at least 12x12, got 11x28");
        assertThatThrownBy(() -> Models.resnet18(3, 7, 32, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resnet18 needs images of at least 8x8, got 7x32");
        assertThatThrownBy(() -> Models.mlp(0, 8, 8, 10)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void modelsAreFoundByName() {
        assertThat(Models.names()).containsExactly("lenet", "mlp", "mobilenet_v2", "resnet18", "resnet20", "resnet32",
                "resnet34", "resnet50", "resnet56", "seresnet18", "seresnet50", "vgg11_bn", "vit_tiny", "wrn16_2",
                "wrn40_2");
        for (String name : Models.names()) {
            assertThat(Models.create(name, 3, 32, 32, 7).name()).isEqualTo(name);
        }
        assertThatThrownBy(() -> Models.create("lenat", 1, 28, 28, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no model \"lenat\", only " + Models.names());
    }

    @Test
    void aNetworkThatEndsInAnotherShapeIsRefused() {
        Model wrong = new Model("wrong", 1, 4, 4, 10, Layers.sequential(Layers.flatten(), Layers.linear(9)));
        assertThatThrownBy(() -> wrong.graph(2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model wrong: the network must end in (2x10), but ends in (2x9)");
    }

    @Test
    void aGraphGivesLossProbabilitiesAndCorrect() {
        Graph graph = Models.mlp(1, 4, 4, 3).graph(5);
        assertThat(graph.outputs().keySet()).containsExactly(Model.LOSS, Model.PROBABILITIES, Model.CORRECT);
        assertThat(graph.inputs()).extracting(value -> value.name()).isEqualTo(List.of(Model.IMAGES, Model.LABELS));
    }

    /** The figures that torchvision and timm give beside their weights. */
    @ParameterizedTest
    @CsvSource({"resnet18, 11689512, 1.81", "resnet50, 25557032, 4.09", "mobilenet_v2, 3504872, 0.30",
        "vgg11_bn, 132868840, 7.61", "vit_tiny, 5717416, 1.26", "seresnet50, 28088024, 4.09"})
    void sizesAreThePublishedOnes(String name, long parameters, double billions) {
        ModelSize size = ModelSize.of(Models.create(name, 3, 224, 224, 1000));
        assertThat(size.parameters()).isEqualTo(parameters);
        assertThat(size.multiplications() / 1e9).isCloseTo(billions, within(0.02));
    }

    @Test
    void activationsAreTheResultsOfAllOperationsButViews() {
        // Flatten is a view. The last three are loss, probabilities and a count, which is an i64.
        assertThat(ModelSize.of(Models.mlp(1, 4, 4, 3)).activationBytes())
                .isEqualTo(4 * (256 + 256 + 128 + 128 + 3 + 1 + 3) + 8);
    }

    @Test
    void networksOfImagesSayWhichSizesTheyRead() {
        GraphBuilder graph = new GraphBuilder();
        Value images = graph.input("images", TensorType.f32(1, 3, 24, 32));
        Value small = graph.input("small", TensorType.f32(1, 3, 4, 8));
        Value text = graph.input("text", TensorType.i32(7));
        assertThatThrownBy(() -> new UNet(2).apply(graph, "", images))
                .hasMessage("unet needs images (N, C, H, W) with heights and widths that are multiples of 16, got"
                        + " (1x3x24x32)");
        assertThatThrownBy(() -> new StyleTransfer().apply(graph, "", small))
                .hasMessage("style_transfer needs images (N, C, H, W) of at least 8x8 with heights and widths that are"
                        + " multiples of 4, got (1x3x4x8)");
        assertThatThrownBy(() -> new CharacterLstm(5, 2, 3).apply(graph, text))
                .hasMessage("characters (N, steps) wanted, got i32(7)");
    }

    @Test
    void theStemFollowsTheSizeOfTheImagesOrTheCaller() {
        assertThat(Models.stem("resnet50", 63, 300, Stem.AUTO)).contains(Stem.SMALL);
        assertThat(Models.stem("resnet50", 64, 64, Stem.AUTO)).contains(Stem.STANDARD);
        assertThat(Models.stem("resnet50", 64, 64, Stem.SMALL)).contains(Stem.SMALL);
        assertThat(Models.stem("resnet20", 64, 64, Stem.AUTO)).isEmpty();
        assertThat(variables(Models.create("resnet18", 3, 64, 64, 10).graph(1)))
                .containsEntry("conv1.weight", Shape.of(64, 3, 7, 7));
        assertThat(variables(Models.create("resnet18", 3, 64, 64, 10, Stem.SMALL).graph(1)))
                .containsEntry("conv1.weight", Shape.of(64, 3, 3, 3));
        assertThatThrownBy(() -> Models.create("lenet", 1, 28, 28, 10, Stem.SMALL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lenet begins in one way only: leave out the stem");
        assertThatThrownBy(() -> Models.create("vit_tiny", 3, 30, 32, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vit_tiny needs heights and widths that are multiples of 4, got 30x32");
    }
}
