package dev.gatun.graph;

import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Fill;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.GroupNormalizationBackward;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.LayerNormalizationBackward;
import dev.gatun.op.Op;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolBackward;
import dev.gatun.op.Recurrent;
import dev.gatun.op.RecurrentBackward;
import java.util.ArrayList;
import java.util.List;

/** Gradients of normalisation, pooling and recurrent layers. */
final class LayerGradients {
    private LayerGradients() {}

    static void batchNormalization(BatchNormalization op, Node node, ReversePass pass) {
        List<Value> in = node.inputs();
        List<Value> arguments = new ArrayList<>(List.of(in.get(0), pass.diff(node), in.get(1), in.get(2)));
        switch (op.mode()) {
            case TRAINING -> arguments.addAll(node.outputs().subList(1, 4));
            case FROZEN -> arguments.addAll(in.subList(3, 5));
            case INFERENCE -> throw new IllegalArgumentException("node " + node.name()
                    + ": batch normalisation in inference mode has no gradient: differentiate the training graph");
        }
        contribute(new BatchNormalizationBackward(op), arguments, node, pass);
    }

    static void layerNormalization(LayerNormalization op, Node node, ReversePass pass) {
        List<Value> arguments = new ArrayList<>(List.of(
                node.inputs().getFirst(), pass.diff(node), node.outputs().get(1), node.outputs().get(2)));
        switch (op.scaling()) {
            case SCALE_AND_SHIFT -> arguments.add(node.inputs().get(1));
            case NONE -> { }
        }
        contribute(new LayerNormalizationBackward(op), arguments, node, pass);
    }

    static void groupNormalization(GroupNormalization op, Node node, ReversePass pass) {
        List<Value> arguments = new ArrayList<>(List.of(
                node.inputs().getFirst(), pass.diff(node), node.outputs().get(1), node.outputs().get(2)));
        switch (op.scaling()) {
            case SCALE_AND_SHIFT -> arguments.add(node.inputs().get(1));
            case NONE -> { }
        }
        contribute(new GroupNormalizationBackward(op), arguments, node, pass);
    }

    /** Of all inputs at once, from the gradients by the hidden states and the last cell state. */
    static void recurrent(Recurrent op, Node node, ReversePass pass) {
        List<Value> arguments = new ArrayList<>(node.inputs());
        arguments.addAll(node.outputs());
        for (int i = 0; i < node.outputs().size(); i++) {
            if (!op.isWorkspace(i)) {
                Value diff = pass.diff(node, i);
                arguments.add(diff != null ? diff : pass.apply(node, new Fill(node.outputs().get(i).type(), 0)));
            }
        }
        contribute(new RecurrentBackward(op), arguments, node, pass);
    }

    /** An operation's results are the gradients of as many inputs. */
    static void contribute(Op backward, List<Value> arguments, Node node, ReversePass pass) {
        List<Value> gradients = pass.node(node, node, backward, arguments.toArray(Value[]::new)).outputs();
        for (int i = 0; i < gradients.size(); i++) {
            pass.contribute(node.inputs().get(i), gradients.get(i));
        }
    }

    static void pool(Pool op, Node node, ReversePass pass) {
        Value x = node.inputs().getFirst();
        PoolBackward backward = new PoolBackward(op, x.type().shape());
        pass.contribute(x, switch (op.kind()) {
            case MAX -> pass.apply(node, backward, pass.diff(node), node.outputs().get(1));
            case AVERAGE, AVERAGE_WITHOUT_PADDING -> pass.apply(node, backward, pass.diff(node));
        });
    }

    /** The mean is linear: the gradient of its gradient is the mean of the gradient. */
    static void poolBackward(PoolBackward op, Node node, ReversePass pass) {
        switch (op.forward().kind()) {
            case AVERAGE, AVERAGE_WITHOUT_PADDING ->
                pass.contribute(node.inputs().getFirst(), pass.apply(node, op.forward(), pass.diff(node)));
            case MAX -> throw GradientRules.none(node);
        }
    }
}
