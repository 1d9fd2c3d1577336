package dev.gatun.update;

import dev.gatun.update.rule.AdadeltaHyperparameters;
import dev.gatun.update.rule.AdagradHyperparameters;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.AdamaxHyperparameters;
import dev.gatun.update.rule.EntropicHyperparameters;
import dev.gatun.update.rule.LambHyperparameters;
import dev.gatun.update.rule.LarsHyperparameters;
import dev.gatun.update.rule.LionHyperparameters;
import dev.gatun.update.rule.NadamHyperparameters;
import dev.gatun.update.rule.PNormHyperparameters;
import dev.gatun.update.rule.RadamHyperparameters;
import dev.gatun.update.rule.RmspropHyperparameters;
import dev.gatun.update.rule.RpropHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Two weights after some steps of a rule, as PyTorch 2.13.0 (Lion, LAMB and LARS: timm) computes them in double.
 *
 * @param after the weights by step
 */
public record RuleFigures(String name, Hyperparameters rule, Map<Integer, List<Double>> after) {
    private static final List<List<Double>> GRADIENTS = List.of(List.of(0.5, -0.25), List.of(-0.3, 0.1),
            List.of(0.2, 0.4));

    /** The weights before the first step. */
    public static double[] weights() {
        return new double[] {1, -2};
    }

    /** The gradients of a step, counted from 1; they repeat. */
    public static double[] gradients(int step) {
        return GRADIENTS.get((step - 1) % GRADIENTS.size()).stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The last step with figures. */
    public int steps() {
        return after.keySet().stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    @Override
    public String toString() {
        return name;
    }

    private static List<Double> pair(double a, double b) {
        return List.of(a, b);
    }

    private static RuleFigures of(String name, Hyperparameters rule, List<Double> one, List<Double> two,
            List<Double> three) {
        return new RuleFigures(name, rule, Map.of(1, one, 2, two, 3, three));
    }

    /** All figures. */
    public static Stream<RuleFigures> all() {
        return Arrays.stream(new Stream<?>[] {sgd(), mirrors(), adaptive(), adams(), tensors(), elasticNets()})
                .flatMap(part -> part)
                .map(RuleFigures.class::cast);
    }

    /** As numpy computes them from the formulas. */
    private static Stream<RuleFigures> mirrors() {
        EntropicHyperparameters entropic =
                EntropicHyperparameters.DEFAULTS.withLearningRate(0.1).withBeta(0.5).withWeightDecay(0.01);
        PNormHyperparameters pNorm = PNormHyperparameters.DEFAULTS.withLearningRate(0.1).withWeightDecay(0.01);
        return Stream.of(
                of("entropic lr=.1 beta=.5 wd=.01", entropic,
                        pair(0.944256327212, -1.94506035517), pair(0.975704391282, -1.96130034723),
                        pair(0.952920494001, -2.0397295157)),
                of("p-norm p=3 lr=.1 wd=.01", pNorm,
                        pair(0.974166310237, -1.99323857077), pair(0.988951886438, -1.99524604032),
                        pair(0.978282618574, -2.00474724476)),
                of("p-norm p=2, which is SGD, lr=.1 wd=.01", pNorm.withP(2),
                        pair(0.949, -1.973), pair(0.978051, -1.981027),
                        pair(0.957072949, -2.019045973)),
                of("p-norm p=1.5 lr=.1 wd=.01", pNorm.withP(1.5),
                        pair(0.900601, -1.92436146763), pair(0.956678434324, -1.94683195416),
                        pair(0.916122187532, -2.05447034663)),
                of("p-norm p=10 lr=.1 wd=.01", pNorm.withP(10),
                        pair(0.994200606188, -1.99998828098), pair(0.997531975137, -1.99999175334),
                        pair(0.995129317247, -2.0000082464)));
    }

    private static Stream<RuleFigures> sgd() {
        SgdHyperparameters sgd =
                SgdHyperparameters.DEFAULTS.withLearningRate(0.1).withMomentum(0.9).withWeightDecay(0.01);
        return Stream.of(
                of("SGD lr=.1 momentum=.9 dampening=.2 wd=.01", sgd.withDampening(0.2), pair(0.949, -1.973),
                        pair(0.9263408, -1.9551216), pair(0.88920644736, -1.96946694272)),
                of("SGD lr=.1 momentum=.9 nesterov wd=.01", sgd.withVariant(SgdHyperparameters.Momentum.NESTEROV),
                        pair(0.9031, -1.9487), pair(0.91707411, -1.94212747), pair(0.863721158191, -2.00127598081)),
                of("SGD lr=.1 wd=.01, by hand", sgd.withMomentum(0), pair(0.949, -1.973), pair(0.978051, -1.981027),
                        pair(0.957072949, -2.019045973)),
                of("SGD lr=.1 averaged momentum=.9, by hand",
                        sgd.withWeightDecay(0).withVariant(SgdHyperparameters.Momentum.AVERAGE), pair(0.995, -1.9975),
                        pair(0.9935, -1.99625), pair(0.99015, -1.999125)),
                of("SGD lr=.1 corrected averaged momentum=.9, by hand",
                        sgd.withWeightDecay(0).withVariant(SgdHyperparameters.Momentum.CORRECTED_AVERAGE),
                        pair(0.95, -1.975),
                        pair(0.95 - 0.0015 / 0.19, -1.975 + 0.00125 / 0.19),
                        pair(0.95 - 0.0015 / 0.19 - 0.00335 / 0.271, -1.975 + 0.00125 / 0.19 - 0.002875 / 0.271)));
    }

    private static Stream<RuleFigures> adaptive() {
        RmspropHyperparameters rmsprop = RmspropHyperparameters.DEFAULTS;
        return Stream.of(
                of("Adagrad lr=.1 lr_decay=.05 init=.1 wd=.01",
                        AdagradHyperparameters.DEFAULTS.withLearningRate(0.1).withLearningRateDecay(0.05)
                                .withInitialAccumulator(0.1).withWeightDecay(0.01),
                        pair(0.915011803111, -1.93506688053), pair(0.956550142163, -1.95320093974),
                        pair(0.929295195989, -2.01395084281)),
                of("RMSprop lr=.01", rmsprop, pair(0.90000002, -1.90000004), pair(0.951639789061, -1.93730021842),
                        pair(0.918941761185, -2.02049710624)),
                of("RMSprop lr=.01 centered momentum=.9 wd=.01",
                        rmsprop.withVariant(RmspropHyperparameters.Variant.CENTERED).withMomentum(0.9)
                        .withWeightDecay(0.01),
                        pair(0.89949623828, -1.89949625589), pair(0.858823643263, -1.83797587445),
                        pair(0.788403217591, -1.86338556855)),
                of("Adadelta lr=1 wd=.01", AdadeltaHyperparameters.DEFAULTS.withWeightDecay(0.01),
                        pair(0.996837783128, -1.99683793921), pair(0.999137072178, -1.99817152175),
                        pair(0.997336953388, -2.00195837414)));
    }

    private static Stream<RuleFigures> adams() {
        AdamHyperparameters adam = AdamHyperparameters.ADAM.withLearningRate(0.1).withWeightDecay(0.01);
        return Stream.of(
                of("Adam lr=.1 wd=.01", adam, pair(0.900000001961, -1.9000000037), pair(0.87870124387, -1.85721514669),
                        pair(0.841771629833, -1.88896242849)),
                new RuleFigures("Adam lr=.1 wd=.01 betas=(.9,.5)", adam.withBetas(0.9, 0.5),
                        Map.of(3, pair(0.831403378988, -1.87779882358))),
                of("AMSGrad lr=.1 wd=.01 betas=(.9,.5)",
                        adam.withBetas(0.9, 0.5).withVariant(AdamHyperparameters.Variant.AMSGRAD),
                        pair(0.900000001961, -1.9000000037), pair(0.878766035658, -1.86132385162),
                        pair(0.844309853048, -1.88946829165)),
                of("AdamW lr=.1 wd=.01", AdamHyperparameters.ADAMW.withLearningRate(0.1),
                pair(0.899000002, -1.898000004),
                        pair(0.87895119894, -1.86154142102), pair(0.84332947959, -1.89778001961)),
                of("Adamax lr=.1 wd=.01", AdamaxHyperparameters.DEFAULTS.withLearningRate(0.1).withWeightDecay(0.01),
                        pair(0.900000001961, -1.9000000037), pair(0.882645186183, -1.86838944694),
                        pair(0.856543776789, -1.89118059278)),
                of("NAdam lr=.1 wd=.01", NadamHyperparameters.DEFAULTS.withLearningRate(0.1).withWeightDecay(0.01),
                        pair(0.894354824236, -1.89435482608), pair(0.94069284548, -1.91837459574),
                        pair(0.900782041842, -2.00661333626)),
                new RuleFigures("RAdam lr=.1 wd=.01",
                RadamHyperparameters.DEFAULTS.withLearningRate(0.1).withWeightDecay(0.01),
                        Map.of(5, pair(0.891323955288, -1.97200314655), 6, pair(0.890369440262, -1.9728190768),
                                8, pair(0.887403543099, -1.97347410317))),
                of("Lion lr=.1 wd=.01", LionHyperparameters.DEFAULTS.withLearningRate(0.1).withWeightDecay(0.01),
                        pair(0.899, -1.898), pair(0.998101, -1.996102), pair(0.897102899, -2.094105898)));
    }

    private static Stream<RuleFigures> tensors() {
        return Stream.of(
                of("LAMB lr=.1 wd=.01", LambHyperparameters.DEFAULTS.withLearningRate(0.1),
                        pair(0.842666757843, -1.84110931144), pair(0.745194729426, -1.66363561961),
                        pair(0.618006490238, -1.79422328522)),
                of("LARS lr=1 momentum=.9 wd=.01 trust_coeff=.1",
                        LarsHyperparameters.DEFAULTS.withMomentum(0.9).withWeightDecay(0.01).withTrustCoefficient(0.1),
                        pair(0.80384615722, -1.89615384794), pair(0.805827882584, -1.85224336198),
                        pair(0.717698328083, -1.97758077898)),
                of("Rprop lr=.1, by hand", RpropHyperparameters.DEFAULTS.withLearningRate(0.1), pair(0.9, -1.9),
                        pair(0.9, -1.9), pair(0.85, -1.95)));
    }

    /**
     * The rule of PyTorch 2.13.0 in double, then the proximal step after each of its steps:
     * {@code optimizer.step(); w.copy_(torch.nn.functional.softshrink(w, lr * l1))}.
     */
    private static Stream<RuleFigures> elasticNets() {
        return Stream.of(
                of("SGD lr=.1 momentum=.9 wd=.01 l1=.5",
                        SgdHyperparameters.DEFAULTS.withLearningRate(0.1).withMomentum(0.9).withWeightDecay(0.01)
                                .withL1(0.5).withL1Method(L1.PROXIMAL),
                        pair(0.899, -1.923), pair(0.832201, -1.856777), pair(0.746249699, -1.830319523)),
                of("RMSprop lr=.01 wd=.01 l1=2",
                        RmspropHyperparameters.DEFAULTS.withWeightDecay(0.01).withL1(2).withL1Method(L1.PROXIMAL),
                        pair(0.880000019608, -1.88000003704), pair(0.909772594072, -1.88893285788),
                        pair(0.855967713611, -1.94959734644)),
                of("AdamW lr=.1 wd=.01 l1=.5",
                        AdamHyperparameters.ADAMW.withLearningRate(0.1).withL1(0.5).withL1Method(L1.PROXIMAL),
                        pair(0.849000002, -1.848000004), pair(0.77900119894, -1.76159142102),
                        pair(0.69347942959, -1.74792996961)));
    }
}
