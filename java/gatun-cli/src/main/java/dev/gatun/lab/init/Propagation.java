package dev.gatun.lab.init;

import java.util.List;

/**
 * How signals fare through networks that began with one variance.
 *
 * @param variance what the variance of a weight is, times the inputs of its layer
 * @param layers   in the order in which they run
 */
public record Propagation(double variance, List<LayerNorms> layers) {
    /**
     * The norms of one layer.
     *
     * @param activation     of its result after the ReLU, the root of the mean square over images
     * @param gradient       of the gradient of an image's loss by that result, averaged in the same way
     * @param weightGradient of the gradient of the mean loss by its weights
     */
    public record LayerNorms(double activation, double gradient, double weightGradient) {}

    public Propagation {
        layers = List.copyOf(layers);
    }

    /** The mean factor between the activations of a layer and of the next. */
    public double forwardFactor() {
        return factor(layers.getFirst().activation(), layers.getLast().activation());
    }

    /** The mean factor between the gradients of a layer and of the one before. */
    public double backwardFactor() {
        return factor(layers.getLast().gradient(), layers.getFirst().gradient());
    }

    private double factor(double from, double to) {
        return Math.pow(to / from, 1.0 / (layers.size() - 1));
    }

    /** What becomes of activations on their way forward. */
    public Trend activations() {
        return Trend.of(forwardFactor());
    }

    /** What becomes of gradients on their way back. */
    public Trend gradients() {
        return Trend.of(backwardFactor());
    }
}
