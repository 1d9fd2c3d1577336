package dev.gatun.update;

import dev.gatun.shape.Shape;
import dev.gatun.update.rule.AdafactorHyperparameters;
import dev.gatun.update.rule.Direction;
import dev.gatun.update.rule.MuonHyperparameters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A small tensor after some steps of Muon or Adafactor, as PyTorch 2.13.0 computes them;
 * {@code src/test/golden/matrices.py} wrote the figures.
 *
 * @param after     the weights by step, row-major
 * @param tolerance of weights in double
 */
public record MatrixRuleFigures(String name, Shape shape, Hyperparameters rule, Map<Integer, List<Double>> after,
        double tolerance) {
    private static final double EXACT = 1e-12;

    /**
     * bf16 has three digits, of which the iteration loses one: a hundredth or two of the learning rate in each step.
     */
    private static final double BFLOAT16 = 4 * 0.015 * 1e-3;

    /** The weights before the first step. */
    public double[] weights() {
        double[] weights = new double[Math.toIntExact(shape.elements())];
        Arrays.setAll(weights, i -> Math.sin(i + 1));
        return weights;
    }

    /** The gradients of a step, counted from 1. */
    public double[] gradients(int step) {
        double[] gradients = new double[Math.toIntExact(shape.elements())];
        Arrays.setAll(gradients, i -> 0.3 * Math.cos(1 + (long) i * i * step / 2.0));
        return gradients;
    }

    /** The weights after a step. */
    public List<Double> after(int step) {
        return Objects.requireNonNull(after.get(step));
    }

    /** Steps with figures. */
    public int steps() {
        return after.size();
    }

    @Override
    public String toString() {
        return name;
    }

    /** All figures. */
    public static Stream<MatrixRuleFigures> all() {
        Map<String, Map<Integer, List<Double>>> figures = read();
        MuonHyperparameters muon = MuonHyperparameters.DEFAULTS;
        AdafactorHyperparameters adafactor = AdafactorHyperparameters.DEFAULTS;
        AdafactorHyperparameters options = adafactor.withLearningRate(0.6).withBeta2Decay(-0.5).withEpsilons(0.05, 2)
                .withThreshold(1.5).withWeightDecay(0.1).withDirection(Direction.MAXIMIZE);
        return Stream.of(
                of(figures, "muon-wide", Shape.of(3, 5), muon, EXACT),
                of(figures, "muon-tall", Shape.of(5, 3), muon, EXACT),
                of(figures, "muon-kernel", Shape.of(4, 2, 3, 3), muon.withLearningRate(0.02), EXACT),
                of(figures, "muon-options", Shape.of(4, 6),
                muon.withLearningRate(0.05).withWeightDecay(0).withMomentum(0.8)
                        .withVariant(MuonHyperparameters.Momentum.CLASSIC).withSteps(3)
                        .withDirection(Direction.MAXIMIZE)
                        .withAdjustment(MuonHyperparameters.Adjustment.MATCH_RMS_ADAMW), EXACT),
                of(figures, "torch-muon-wide", Shape.of(3, 5), muon, BFLOAT16),
                of(figures, "torch-muon-tall", Shape.of(5, 3), muon, BFLOAT16),
                of(figures, "adafactor-matrix", Shape.of(5, 3), adafactor, EXACT),
                of(figures, "adafactor-vector", Shape.of(7), adafactor, EXACT),
                of(figures, "adafactor-options", Shape.of(3, 5), options, EXACT),
                of(figures, "adafactor-vector-options", Shape.of(7), options, EXACT));
    }

    private static MatrixRuleFigures of(
            Map<String, Map<Integer, List<Double>>> figures, String name, Shape shape, Hyperparameters rule,
            double tolerance) {
        return new MatrixRuleFigures(name, shape, rule, Objects.requireNonNull(figures.get(name)), tolerance);
    }

    private static Map<String, Map<Integer, List<Double>>> read() {
        Map<String, Map<Integer, List<Double>>> figures = new LinkedHashMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
                MatrixRuleFigures.class.getResourceAsStream("matrices.txt")), StandardCharsets.UTF_8))) {
            lines.lines().forEach(line -> {
                String[] words = line.split(" ", -1);
                figures.computeIfAbsent(words[0], _ -> new LinkedHashMap<>()).put(Integer.valueOf(words[1]),
                        Arrays.stream(words).skip(2).map(Double::valueOf).toList());
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return figures;
    }
}
