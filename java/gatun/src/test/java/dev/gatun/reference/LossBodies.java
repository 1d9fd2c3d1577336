package dev.gatun.reference;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.nn.loss.BinaryCrossEntropy;
import dev.gatun.nn.loss.ConfidencePenalty;
import dev.gatun.nn.loss.CosineEmbedding;
import dev.gatun.nn.loss.CrossEntropy;
import dev.gatun.nn.loss.Hinge;
import dev.gatun.nn.loss.HingeEmbedding;
import dev.gatun.nn.loss.Huber;
import dev.gatun.nn.loss.KlDivergence;
import dev.gatun.nn.loss.LossReduction;
import dev.gatun.nn.loss.MeanAbsoluteError;
import dev.gatun.nn.loss.MeanSquaredError;
import dev.gatun.nn.loss.MultiClassMargin;
import dev.gatun.nn.loss.NegativeLogLikelihood;
import dev.gatun.nn.loss.Penalties;
import dev.gatun.nn.loss.SmoothL1;
import dev.gatun.nn.loss.TripletMargin;
import dev.gatun.op.OneHot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The cases of {@code golden/losses.py} as graphs. */
final class LossBodies {
    private LossBodies() {}

    /** A loss of two values. */
    @FunctionalInterface
    private interface OfTwo {
        Value apply(GraphBuilder graph, String name, Value a, Value b);
    }

    /** A loss of three values. */
    @FunctionalInterface
    private interface OfThree {
        Value apply(GraphBuilder graph, String name, Value a, Value b, Value c);
    }

    static Map<String, PyTorchBodies.Body> all() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        for (LossReduction reduction : LossReduction.values()) {
            bodies.putAll(reduced(reduction));
        }
        bodies.putAll(distances());
        bodies.putAll(distributions());
        bodies.putAll(vectors());
        bodies.putAll(classes());
        return bodies;
    }

    private static PyTorchBodies.Body two(OfTwo loss) {
        return (graph, in) -> loss.apply(graph, "y", in.get(0), in.get(1));
    }

    private static PyTorchBodies.Body three(OfThree loss) {
        return (graph, in) -> loss.apply(graph, "y", in.get(0), in.get(1), in.get(2));
    }

    /** What every reduction is tried with; PyTorch has the batch's mean of a divergence only. */
    private static Map<String, PyTorchBodies.Body> reduced(LossReduction reduction) {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        if (reduction == LossReduction.BATCH_MEAN) {
            bodies.put("kl_batchmean", two(new KlDivergence().withTemperature(2)::apply));
            return bodies;
        }
        String suffix = "_" + reduction.name().toLowerCase(Locale.ROOT);
        bodies.put("mse" + suffix, two(new MeanSquaredError(reduction)::apply));
        bodies.put("l1" + suffix, two(new MeanAbsoluteError(reduction)::apply));
        bodies.put("huber" + suffix, two(new Huber(0.7, reduction)::apply));
        bodies.put("smooth_l1" + suffix, two(new SmoothL1(0.4, reduction)::apply));
        bodies.put("binary_cross_entropy" + suffix, two(new BinaryCrossEntropy().withReduction(reduction)::apply));
        bodies.put("kl" + suffix, two(new KlDivergence(2, reduction)::apply));
        bodies.put("confidence_penalty" + suffix, (graph, in) ->
                new ConfidencePenalty(0.3, reduction).apply(graph, "y", in.getFirst()));
        bodies.put("hinge" + suffix, two(new Hinge(0.8, reduction)::apply));
        bodies.put("hinge_embedding" + suffix, two(new HingeEmbedding(0.8, reduction)::apply));
        bodies.put("cosine_embedding" + suffix, three(new CosineEmbedding(-0.2, reduction)::apply));
        bodies.put("triplet" + suffix, three(new TripletMargin().withReduction(reduction)::apply));
        return bodies;
    }

    private static Map<String, PyTorchBodies.Body> distances() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        bodies.put("smooth_l1_of_beta_0", two(new SmoothL1().withBeta(0)::apply));
        bodies.put("huber_at_its_ends", two(new Huber().withReduction(LossReduction.NONE)::apply));
        bodies.put("l1_of_equals", two(new MeanAbsoluteError(LossReduction.NONE)::apply));
        bodies.put("hinge_embedding_within_its_margin", two(new HingeEmbedding(0.8, LossReduction.NONE)::apply));
        bodies.put("l1_penalty", (graph, in) -> Penalties.l1(graph, "y", 0.3, in));
        bodies.put("l2_penalty", (graph, in) -> Penalties.l2(graph, "y", 0.3, in));
        bodies.put("elastic_net", (graph, in) -> Penalties.elasticNet(graph, "y", 0.3, 0.25, in));
        return bodies;
    }

    private static Map<String, PyTorchBodies.Body> distributions() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        bodies.put("binary_cross_entropy_weighted", two(new BinaryCrossEntropy().withPositiveWeight(2.5)::apply));
        bodies.put("binary_cross_entropy_weighted_by_class", three(new BinaryCrossEntropy()::apply));
        bodies.put("binary_cross_entropy_of_far_scores",
                two(new BinaryCrossEntropy().withReduction(LossReduction.NONE)::apply));
        bodies.put("kl_of_probabilities", two(new KlDivergence()::ofProbabilities));
        bodies.put("kl_of_an_impossible_class",
                two(new KlDivergence().withReduction(LossReduction.SUM)::ofProbabilities));
        bodies.put("confidence_penalty_of_certainty", (graph, in) ->
                new ConfidencePenalty(1, LossReduction.NONE).apply(graph, "y", in.getFirst()));
        return bodies;
    }

    /** PyTorch's weights of classes have no gradient. */
    private static PyTorchBodies.Body weighted(OfThree loss) {
        return (graph, in) -> loss.apply(graph, "y", in.get(0), in.get(1),
                Functions.stopGradient(graph, "weights", in.get(2)));
    }

    private static Map<String, PyTorchBodies.Body> classes() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        bodies.put("cross_entropy", two(new CrossEntropy()::apply));
        for (LossReduction reduction : List.of(LossReduction.MEAN, LossReduction.SUM, LossReduction.NONE)) {
            String suffix = "_" + reduction.name().toLowerCase(Locale.ROOT);
            CrossEntropy smoothed = new CrossEntropy(2, 0.2, reduction);
            bodies.put("cross_entropy" + suffix, two(smoothed::apply));
            bodies.put("cross_entropy_weighted" + suffix, weighted(smoothed::apply));
            bodies.put("cross_entropy_of_images" + suffix, two(new CrossEntropy(255, 0, reduction)::apply));
            bodies.put("soft_cross_entropy" + suffix, weighted(smoothed.withIgnored(OneHot.NONE_IGNORED)::apply));
            bodies.put("nll" + suffix, weighted(new NegativeLogLikelihood(0, reduction)::apply));
            bodies.put("multi_margin" + suffix, two(new MultiClassMargin().withReduction(reduction)::apply));
        }
        bodies.put("multi_margin_squared", weighted(new MultiClassMargin(
                MultiClassMargin.Power.SQUARED, 0.7, LossReduction.MEAN)::apply));
        bodies.put("cross_entropy_of_ignored", two(new CrossEntropy(5, 0, LossReduction.SUM)::apply));
        bodies.put("cross_entropy_of_forbidden_classes",
                two(new CrossEntropy().withReduction(LossReduction.NONE)::apply));
        return bodies;
    }

    private static Map<String, PyTorchBodies.Body> vectors() {
        Map<String, PyTorchBodies.Body> bodies = new LinkedHashMap<>();
        bodies.put("hinge_at_its_corner", two(new Hinge().withReduction(LossReduction.NONE)::apply));
        bodies.put("cosine_embedding_of_zeros", three(new CosineEmbedding(-0.2, LossReduction.NONE)::apply));
        bodies.put("triplet_swapped", three(new TripletMargin().withMargin(0.5)
                .withNegatives(TripletMargin.Negatives.FROM_NEARER)::apply));
        bodies.put("triplet_of_p_3", three(new TripletMargin().withMargin(2).withP(3).withEpsilon(1e-3)::apply));
        bodies.put("triplet_of_equals", three(new TripletMargin().withReduction(LossReduction.NONE)::apply));
        for (String which : List.of("cosine_similarity", "cosine_similarity_of_zeros")) {
            bodies.put(which, (graph, in) -> TensorFunctions.cosineSimilarity(graph, "y", in.get(0), in.get(1), 1));
        }
        return bodies;
    }
}
