package dev.gatun.compress.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.TestDevices;
import dev.gatun.compress.Snapshot;
import dev.gatun.graph.Inference;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class ZooPruningTest {
    private static final PruningOptions ONE_STAYS = PruningOptions.defaults().withMinimum(0);

    static List<String> names() {
        return Models.names();
    }

    private static Snapshot snapshot(String name) {
        return Networks.random(Models.create(name, 3, 32, 32, 10));
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyNetworkBecomesSmallerAndTrains(String name) {
        Snapshot snapshot = snapshot(name);
        Pruned pruned = StructuredPruning.prune(snapshot, PruningOptions.defaults().targetMacs(0.5));
        PruningReport report = pruned.report();
        assertThat(report.macsLeft()).isLessThanOrEqualTo(0.5).isGreaterThan(0.3);
        assertThat(report.macsAfter()).isEqualTo(StructuredPruning.macs(pruned.snapshot()));
        assertThat(report.macsAfter())
                .isEqualTo(Inference.of(pruned.snapshot().graph(4)).flops() / 8);
        assertThat(report.parametersAfter()).isEqualTo(pruned.snapshot().parameters())
                .isLessThan(report.parametersBefore());
        assertThat(report.groups()).allSatisfy(group -> assertThat(group.fixed().isPresent()
                || group.after() < group.before() || group.before() < 3).isTrue());
        try (Device device = TestDevices.open(TestDevices.CPU)) {
            assertThat(Networks.scores(device, pruned.snapshot())).hasSize(20).doesNotContain(Float.NaN);
            Networks.gradients(device, pruned.snapshot()).forEach((variable, gradient) ->
                    assertThat(gradient).as(variable).hasSize(pruned.snapshot().values(variable).length)
                            .doesNotContain(Float.NaN));
        }
    }

    /** Whatever else is fixed, the scores and the images are. */
    @ParameterizedTest
    @MethodSource("names")
    void inputsAndOutputsStay(String name) {
        Model model = Models.create(name, 3, 32, 32, 10);
        Model pruned = StructuredPruning.prune(snapshot(name), ONE_STAYS.ratio(0.9)).snapshot().model();
        assertThat(pruned.channels()).isEqualTo(model.channels());
        assertThat(Snapshot.network(pruned, 2).output("scores").type())
                .isEqualTo(Snapshot.network(model, 2).output("scores").type());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet", "mlp", "mobilenet_v2", "resnet20", "resnet50", "seresnet18", "vgg11_bn",
            "wrn16_2", "vit_tiny"})
    void channelsOfZeroWeightsCanBeLeftOut(String name) {
        Snapshot snapshot = snapshot(name);
        PruningOptions options = ONE_STAYS.withImportance(new Importance.Random(1)).ratio(0.4);
        if (name.equals("vit_tiny")) { // its tokens' width is normalised over, so that a zero counts
            options = options.withIgnored(List.of("patch_embed.proj"));
        }
        Pruned pruned = StructuredPruning.prune(snapshot, options);
        assertThat(pruned.report().macsLeft()).isLessThan(0.8);
        try (Device device = TestDevices.open(TestDevices.CPU)) {
            float[] zeroed = Networks.scores(device, Networks.zeroed(snapshot, pruned.plan()));
            float[] smaller = Networks.scores(device, pruned.snapshot());
            assertThat(zeroed).isNotEqualTo(Networks.scores(device, snapshot));
            for (int i = 0; i < zeroed.length; i++) {
                assertThat(smaller[i]).isCloseTo(zeroed[i], within(1e-4f * Math.max(1, Math.abs(zeroed[i]))));
            }
        }
    }

    @Test
    void wholeHeadsOfAttentionGo() {
        ChannelGroup heads = DependencyGraph.of(snapshot("vit_tiny").graph(2)).prunable().stream()
                .filter(group -> group.layers().contains("blocks.0.attn.qkv")).findFirst().orElseThrow();
        assertThat(heads.channels()).isEqualTo(3);
        assertThat(heads.members()).filteredOn(member -> member.variable().name().equals("blocks.0.attn.qkv.weight"))
                .singleElement().satisfies(member -> assertThat(member.indices().get(1)).hasSize(192)
                        .contains(64, 127, 192 + 64, 192 + 127, 384 + 64, 384 + 127).doesNotContain(63, 128));
    }
}
