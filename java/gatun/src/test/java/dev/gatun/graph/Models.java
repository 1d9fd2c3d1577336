package dev.gatun.graph;

import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Binary;
import dev.gatun.op.Convolution;
import dev.gatun.op.Linear;
import dev.gatun.op.Reshape;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/** Shorthand for the graphs of these tests. */
final class Models {
    final GraphBuilder graph = new GraphBuilder();

    Value images(long... extents) {
        return graph.input("x", TensorType.f32(extents));
    }

    Value rows(long... extents) {
        return graph.input("x", TensorType.f32(extents));
    }

    Value variable(String name, Variable.Kind kind, long... extents) {
        return graph.variable(new Variable(name, Shape.of(extents), kind, (_, _, _) -> {}), DType.F32);
    }

    /** 3x3, as many channels out as in. */
    Value convolution(String name, Value x) {
        long channels = x.type().shape().extent(1);
        return graph.apply(name, Convolution.square(1, 1), x,
                variable(name + ".weight", Variable.Kind.WEIGHT, channels, channels, 3, 3));
    }

    Value normalization(String name, Value x) {
        long channels = x.type().shape().extent(1);
        return graph.apply(name, BatchNormalization.standard(), x,
                variable(name + ".weight", Variable.Kind.NORMALIZATION, channels),
                variable(name + ".bias", Variable.Kind.NORMALIZATION, channels),
                variable(name + ".running_mean", Variable.Kind.BUFFER, channels),
                variable(name + ".running_var", Variable.Kind.BUFFER, channels));
    }

    Value linear(String name, Value x, long outputs) {
        return graph.apply(name, new Linear(), x,
                variable(name + ".weight", Variable.Kind.WEIGHT, x.type().shape().with(0, outputs).extents()));
    }

    Value add(Value a, Value b) {
        return graph.apply("add", new Binary(BinaryFunction.ADD), a, b);
    }

    /** Flattens, and ends in a linear layer and the loss. */
    Graph classify(Value x) {
        return loss(linear("head", graph.apply("flatten", Reshape.flatten(x.type().shape()), x), 3));
    }

    Graph loss(Value logits) {
        Value labels = graph.input("labels", TensorType.i32(logits.type().shape().extent(0)));
        Node loss = graph.node("loss", new SoftmaxCrossEntropy(), List.of(logits, labels));
        graph.output("loss", loss.output());
        graph.output("probabilities", loss.outputs().get(1));
        return graph.build();
    }
}
