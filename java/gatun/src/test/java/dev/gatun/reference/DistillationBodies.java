package dev.gatun.reference;

import dev.gatun.compress.distill.AttentionTransfer;
import dev.gatun.compress.distill.Comparison;
import dev.gatun.compress.distill.CorrelationCongruence;
import dev.gatun.compress.distill.DeeperExits;
import dev.gatun.compress.distill.Hint;
import dev.gatun.compress.distill.MutualLearning;
import dev.gatun.compress.distill.RelationalAngle;
import dev.gatun.compress.distill.RelationalDistance;
import dev.gatun.compress.distill.ScoreDistance;
import dev.gatun.compress.distill.SimilarityPreserving;
import dev.gatun.compress.distill.SoftLabels;
import dev.gatun.compress.distill.SolutionFlow;
import java.util.LinkedHashMap;
import java.util.Map;

/** The cases of {@code golden/distillation.py} as graphs. */
final class DistillationBodies {
    private DistillationBodies() {}

    static Map<String, PyTorchBodies.Body> all() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        bodies.put("soft_labels", comparing(new SoftLabels(4)));
        bodies.put("soft_labels_of_temperature_1", comparing(new SoftLabels(1)));
        bodies.put("score_distance", comparing(new ScoreDistance()));
        for (String name : new String[] {"hint", "hint_adapted", "hint_pooled", "hint_of_vectors"}) {
            bodies.put(name, comparing(new Hint()));
        }
        bodies.put("attention_transfer", comparing(new AttentionTransfer(2)));
        bodies.put("attention_transfer_of_power_4", comparing(new AttentionTransfer(4)));
        bodies.put("attention_transfer_pooled", comparing(new AttentionTransfer(2)));
        bodies.put("attention_transfer_pooled_teacher", comparing(new AttentionTransfer(2)));
        bodies.put("solution_flow", flow());
        bodies.put("solution_flow_pooled", flow());
        for (String suffix : new String[] {"", "_of_images"}) {
            bodies.put("relational_distance" + suffix, comparing(new RelationalDistance()));
            bodies.put("relational_angle" + suffix, comparing(new RelationalAngle()));
            bodies.put("similarity_preserving" + suffix, comparing(new SimilarityPreserving()));
            bodies.put("correlation_congruence" + suffix, comparing(new CorrelationCongruence(0.4, 2)));
        }
        bodies.put("correlation_congruence_of_order_5", comparing(new CorrelationCongruence(1, 5)));
        bodies.put("relational_distance_far", comparing(new RelationalDistance()));
        bodies.put("mutual_learning", (graph, in) -> new MutualLearning(1).apply(graph, "y", in.get(0), in.get(1)));
        for (String name : new String[] {"deeper_exit", "deeper_exit_of_vectors"}) {
            bodies.put(name, (graph, in) -> new DeeperExits(3, 0.3).apply(graph, "y", in.get(0), in.get(1), in.get(2)));
        }
        return bodies;
    }

    private static PyTorchBodies.Body comparing(Comparison loss) {
        return (graph, in) -> loss.apply(graph, "y", in.get(0), in.get(1));
    }

    private static PyTorchBodies.Body flow() {
        return (graph, in) -> new SolutionFlow().apply(graph, "y", new SolutionFlow.Layers(in.get(0), in.get(1)),
                new SolutionFlow.Layers(in.get(2), in.get(3)));
    }
}
