package dev.gatun.optim;

import dev.gatun.update.Hyperparameters;
import dev.gatun.update.L1;
import dev.gatun.update.rule.AdabeliefHyperparameters;
import dev.gatun.update.rule.AdadeltaHyperparameters;
import dev.gatun.update.rule.AdagradHyperparameters;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.AdamaxHyperparameters;
import dev.gatun.update.rule.Adaptation;
import dev.gatun.update.rule.Decay;
import dev.gatun.update.rule.Direction;
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
import dev.gatun.update.rule.TigerHyperparameters;
import dev.gatun.update.rule.Trust;
import java.util.List;
import java.util.stream.Stream;

/** Every rule with every option of it somewhere among its groups. */
record RuleCases(String name, List<Hyperparameters> groups, List<String> states) {
    @Override
    public String toString() {
        return name;
    }

    private static RuleCases of(String name, List<String> states, Hyperparameters... groups) {
        return new RuleCases(name, List.of(groups), states);
    }

    static Stream<RuleCases> all() {
        SgdHyperparameters sgd = SgdHyperparameters.DEFAULTS.withLearningRate(0.02).withMomentum(0.9);
        AdagradHyperparameters adagrad = AdagradHyperparameters.DEFAULTS;
        RmspropHyperparameters rmsprop = RmspropHyperparameters.DEFAULTS;
        AdadeltaHyperparameters adadelta = AdadeltaHyperparameters.DEFAULTS;
        AdamHyperparameters adam = AdamHyperparameters.ADAM.withLearningRate(0.01);
        AdamHyperparameters amsgrad = adam.withVariant(AdamHyperparameters.Variant.AMSGRAD).withBetas(0.9, 0.7);
        AdamaxHyperparameters adamax = AdamaxHyperparameters.DEFAULTS;
        NadamHyperparameters nadam = NadamHyperparameters.DEFAULTS;
        RadamHyperparameters radam = RadamHyperparameters.DEFAULTS.withLearningRate(0.01);
        LionHyperparameters lion = LionHyperparameters.DEFAULTS.withLearningRate(0.01);
        AdabeliefHyperparameters adabelief = AdabeliefHyperparameters.DEFAULTS.withLearningRate(0.01);
        TigerHyperparameters tiger = TigerHyperparameters.DEFAULTS.withLearningRate(0.01);
        EntropicHyperparameters entropic = EntropicHyperparameters.DEFAULTS;
        PNormHyperparameters pNorm = PNormHyperparameters.DEFAULTS.withLearningRate(0.02);
        RpropHyperparameters rprop = RpropHyperparameters.DEFAULTS;
        LambHyperparameters lamb = LambHyperparameters.DEFAULTS.withLearningRate(0.01);
        LarsHyperparameters lars = LarsHyperparameters.DEFAULTS.withMomentum(0.9);
        return Stream.of(
                of("sgd", List.of("momentum_buffer"), sgd.withDampening(0.2).withWeightDecay(0.01),
                        sgd.withMomentum(0).withL1(0.01),
                        sgd.withVariant(SgdHyperparameters.Momentum.NESTEROV).withDirection(Direction.MAXIMIZE)
                        .withL1(0.5).withL1Method(L1.PROXIMAL)),
                of("averaged sgd", List.of("momentum_buffer"), sgd.withVariant(SgdHyperparameters.Momentum.AVERAGE),
                        sgd.withVariant(SgdHyperparameters.Momentum.CORRECTED_AVERAGE), sgd),
                of("adagrad", List.of("sum"), adagrad, adagrad.withLearningRateDecay(0.05)
                                .withInitialAccumulator(0.1).withL1(0.5).withL1Method(L1.PROXIMAL),
                        adagrad.withWeightDecay(0.1).withL1(0.01).withDirection(Direction.MAXIMIZE)),
                of("rmsprop", List.of("square_avg", "momentum_buffer", "grad_avg"), rmsprop,
                        rmsprop.withMomentum(0.9).withL1(0.5).withL1Method(L1.PROXIMAL),
                        rmsprop.withVariant(RmspropHyperparameters.Variant.CENTERED).withAlpha(0.9)
                        .withWeightDecay(0.1)),
                of("adadelta", List.of("square_avg", "acc_delta"), adadelta,
                        adadelta.withRho(0.5).withEpsilon(1e-3).withL1(0.01).withL1Method(L1.PROXIMAL),
                        adadelta.withWeightDecay(0.1).withDirection(Direction.MAXIMIZE)),
                of("adam", List.of("exp_avg", "exp_avg_sq"), adam,
                        adam.withDecay(Decay.DECOUPLED).withWeightDecay(0.1).withL1(0.5).withL1Method(L1.PROXIMAL),
                        adam.withBetas(0.5, 0.5).withEpsilon(1e-3).withWeightDecay(0.1).withL1(0.01)),
                of("amsgrad", List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq"), amsgrad,
                        amsgrad.withDecay(Decay.DECOUPLED).withWeightDecay(0.1),
                        amsgrad.withDirection(Direction.MAXIMIZE)),
                of("adamax", List.of("exp_avg", "exp_inf"), adamax,
                adamax.withBetas(0.5, 0.5).withL1(0.5).withL1Method(L1.PROXIMAL),
                        adamax.withWeightDecay(0.1).withEpsilon(0.1)),
                of("nadam", List.of("exp_avg", "exp_avg_sq"), nadam,
                        nadam.withMomentumDecay(0.1).withL1(0.5).withL1Method(L1.PROXIMAL),
                        nadam.withWeightDecay(0.1).withDecay(Decay.DECOUPLED)),
                of("radam", List.of("exp_avg", "exp_avg_sq"), radam,
                        radam.withBetas(0.9, 0.9).withL1(0.5).withL1Method(L1.PROXIMAL),
                        radam.withWeightDecay(0.1).withDecay(Decay.DECOUPLED)),
                of("lion", List.of("exp_avg"), lion,
                        lion.withWeightDecay(0.1).withL1(0.5).withL1Method(L1.PROXIMAL),
                        lion.withBetas(0.5, 0.5).withDirection(Direction.MAXIMIZE)),
                of("tiger", List.of("exp_avg"), tiger.withWeightDecay(0),
                        tiger.withWeightDecay(0.1).withL1(0.5).withL1Method(L1.PROXIMAL),
                        tiger.withMomentum(0.5).withL1(0.01).withDirection(Direction.MAXIMIZE)),
                of("entropic", List.of(), entropic, entropic.withBeta(1e-3).withLearningRate(0.3)
                                .withL1(0.5).withL1Method(L1.PROXIMAL),
                        entropic.withBeta(100).withLearningRate(1e-3).withWeightDecay(0.1).withL1(0.01)
                        .withDirection(Direction.MAXIMIZE)),
                of("p-norm", List.of(), pNorm, pNorm.withP(1.5).withL1(0.5).withL1Method(L1.PROXIMAL),
                        pNorm.withP(2.5).withWeightDecay(0.1).withL1(0.01).withDirection(Direction.MAXIMIZE)),
                of("adabelief", List.of("exp_avg", "exp_avg_var"), adabelief,
                        adabelief.withEpsilon(1e-8).withL1(0.5).withL1Method(L1.PROXIMAL),
                        adabelief.withWeightDecay(0.1).withDecay(Decay.DECOUPLED)),
                of("rprop", List.of("prev", "step_size"), rprop, rprop.withFactors(0.8, 1.1),
                rprop.withStepSizes(1e-3, 0.02)),
                of("lamb", List.of("exp_avg", "exp_avg_sq"), lamb,
                        lamb.withCorrection(LambHyperparameters.BiasCorrection.OFF)
                        .withAveraging(LambHyperparameters.GradientAveraging.OFF),
                        lamb.withWeightDecay(0).withAdaptation(Adaptation.ALWAYS).withTrust(Trust.AT_MOST_ONE)),
                of("lars", List.of("momentum_buffer"), lars, lars.withWeightDecay(0.1).withTrust(Trust.AT_MOST_ONE),
                        lars.withAdaptation(Adaptation.ALWAYS).withVariant(LarsHyperparameters.Momentum.NESTEROV)));
    }
}
