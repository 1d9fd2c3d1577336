package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Fill;
import dev.gatun.op.Reshape;
import dev.gatun.shape.Shape;

/** Variables of layers, and numbers for each channel: scales and shifts of normalisations among them. */
final class Scales {
    private Scales() {}

    static Value variable(GraphBuilder graph, String name, Shape shape, float start, Value input) {
        return variable(graph, name, shape, Variable.Kind.NORMALIZATION, Initializers.constant(start), input);
    }

    /** A variable of the data type of a layer's input. */
    static Value variable(
            GraphBuilder graph, String name, Shape shape, Variable.Kind kind, Initializer start, Value input) {
        return graph.variable(new Variable(name, shape, kind, start), input.type().dtype());
    }

    /** A variable of the data type in which sums over a layer's input are kept: f32 for one of 16 bits. */
    static Value accumulated(
            GraphBuilder graph, String name, Shape shape, Variable.Kind kind, Initializer start, Value input) {
        return graph.variable(new Variable(name, shape, kind, start), input.type().dtype().accumulator());
    }

    /** The scale or shift of a normalisation, of such a data type. */
    static Value accumulated(GraphBuilder graph, String name, Shape shape, float start, Value input) {
        return accumulated(graph, name, shape, Variable.Kind.NORMALIZATION, Initializers.constant(start), input);
    }

    /** A constant in place of such a variable. */
    static Value constant(GraphBuilder graph, String name, Shape shape, float value, Value input) {
        return graph.apply(name, new Fill(input.type().withShape(shape).accumulated(), value));
    }

    /** A vector of one number a channel, under a shape that broadcasts over {@code (N, C, ...)} of a given rank. */
    static Value perChannel(GraphBuilder graph, String name, Value vector, int rank) {
        Shape shape = Shape.ones(rank - 1).with(0, vector.type().shape().elements());
        return graph.apply(name, new Reshape(shape), vector);
    }
}
