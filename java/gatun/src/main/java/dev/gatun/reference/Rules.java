package dev.gatun.reference;

import dev.gatun.update.AdabeliefHyperparameters;
import dev.gatun.update.AdadeltaHyperparameters;
import dev.gatun.update.AdafactorHyperparameters;
import dev.gatun.update.AdagradHyperparameters;
import dev.gatun.update.AdamHyperparameters;
import dev.gatun.update.AdamaxHyperparameters;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.LambHyperparameters;
import dev.gatun.update.LarsHyperparameters;
import dev.gatun.update.LionHyperparameters;
import dev.gatun.update.MuonHyperparameters;
import dev.gatun.update.NadamHyperparameters;
import dev.gatun.update.RadamHyperparameters;
import dev.gatun.update.RmspropHyperparameters;
import dev.gatun.update.RpropHyperparameters;
import dev.gatun.update.SgdHyperparameters;

/** All optimizer rules, in double. */
final class Rules {
    private Rules() {}

    private interface ElementRule {
        double step(double weight, double gradient, double[] state);
    }

    /**
     * Moves the weights and states of one range to where they are after step {@code t}.
     *
     * @param rows    of the matrix that the range is, for rules that look at it
     * @param weights row-major
     * @param states  those that the range has, in the order of {@link Hyperparameters#stateNames}
     */
    static void step(
            Hyperparameters group, long t, int rows, double[] weights, double[] gradients, double[][] states) {
        follow(group, t, rows, weights, gradients, states);
        Penalties.shrink(group, weights);
    }

    private static void follow(
            Hyperparameters group, long t, int rows, double[] weights, double[] gradients, double[][] states) {
        switch (group) {
            case SgdHyperparameters rule ->
                each(weights, gradients, states, (w, g, state) -> SgdRule.step(rule, t, w, g, state));
            case AdagradHyperparameters rule ->
                each(weights, gradients, states, (w, g, state) -> AdagradRule.step(rule, t, w, g, state));
            case RmspropHyperparameters rule ->
                each(weights, gradients, states, (w, g, state) -> RmspropRule.step(rule, t, w, g, state));
            case AdadeltaHyperparameters rule ->
                each(weights, gradients, states, (w, g, state) -> AdadeltaRule.step(rule, t, w, g, state));
            case AdamHyperparameters rule ->
                each(weights, gradients, states, (w, g, state) -> AdamRule.step(rule, t, w, g, state));
            case AdamaxHyperparameters rule ->
                each(weights, gradients, states, (w, g, state) -> AdamaxRule.step(rule, t, w, g, state));
            case NadamHyperparameters rule ->
                each(weights, gradients, states, (w, g, state) -> NadamRule.step(rule, t, w, g, state));
            case RadamHyperparameters rule ->
                each(weights, gradients, states, (w, g, state) -> RadamRule.step(rule, t, w, g, state));
            case LionHyperparameters rule ->
                each(weights, gradients, states, (w, g, state) -> LionRule.step(rule, t, w, g, state));
            case AdabeliefHyperparameters rule ->
                each(weights, gradients, states, (w, g, state) -> AdabeliefRule.step(rule, t, w, g, state));
            case RpropHyperparameters rule ->
                each(weights, gradients, states, (w, g, state) -> RpropRule.step(rule, t, w, g, state));
            case LambHyperparameters rule -> LambRule.step(rule, t, weights, gradients, states);
            case LarsHyperparameters rule -> LarsRule.step(rule, t, weights, gradients, states);
            case MuonHyperparameters rule -> MuonRule.step(rule, rows, weights, gradients, states[0]);
            case AdafactorHyperparameters rule -> AdafactorRule.step(rule, t, rows, weights, gradients, states);
        }
    }

    private static void each(double[] weights, double[] gradients, double[][] states, ElementRule rule) {
        double[] state = new double[states.length];
        for (int i = 0; i < weights.length; i++) {
            for (int s = 0; s < state.length; s++) {
                state[s] = states[s][i];
            }
            weights[i] = rule.step(weights[i], gradients[i], state);
            for (int s = 0; s < state.length; s++) {
                states[s][i] = state[s];
            }
        }
    }
}
