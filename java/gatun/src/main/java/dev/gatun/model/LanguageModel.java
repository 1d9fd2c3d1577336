package dev.gatun.model;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.nn.loss.Losses;
import dev.gatun.shape.TensorType;

/**
 * A network that scores the next character at each step, and its mean cross-entropy. Inputs are {@link #TEXT} and
 * {@link #NEXT}, i32 {@code (N, steps)}; the outputs are {@link #SCORES} and {@link Model#LOSS}.
 *
 * @param name    name in configurations and messages
 * @param steps   characters of a text
 * @param network scores of the next character
 */
public record LanguageModel(String name, int steps, CharacterLstm network) implements Architecture {
    /** Name of the graph's input of texts. */
    public static final String TEXT = "text";
    /** Name of the graph's input of the character that follows each one. */
    public static final String NEXT = "next";
    /** Name of the graph's output of a score for each character at each step. */
    public static final String SCORES = "scores";

    public LanguageModel {
        if (steps < 1) {
            throw new IllegalArgumentException("model " + name + ": texts of " + steps + " characters");
        }
    }

    @Override
    public String input() {
        return "texts of " + steps + " characters, each one of " + network.characters();
    }

    @Override
    public void describe(GraphBuilder graph, int batchSize) {
        Value scores = network.apply(graph, graph.input(TEXT, TensorType.i32(batchSize, steps)));
        graph.output(SCORES, scores);
        long all = (long) batchSize * steps;
        Value next = graph.input(NEXT, TensorType.i32(batchSize, steps));
        graph.output(Model.LOSS, Losses.crossEntropy(graph, Model.LOSS,
                TensorFunctions.reshape(graph, "rows", scores, all, network.characters()),
                TensorFunctions.reshape(graph, "labels", next, all)));
    }
}
