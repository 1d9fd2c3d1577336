package dev.gatun.graph;

import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Fill;
import dev.gatun.op.Gather;
import dev.gatun.op.Pad;
import dev.gatun.op.ScatterAdd;
import dev.gatun.op.Where;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.shape.Shape;

/** Gradients of what chooses elements: what was chosen gets the gradient. */
final class ChoiceGradients {
    private ChoiceGradients() {}

    static void gather(Gather op, Node node, ReversePass pass) {
        Value table = node.inputs().get(0);
        pass.contribute(table, pass.apply(node, new ScatterAdd(op, table.type().shape()), pass.diff(node),
                node.inputs().get(1)));
    }

    /** Every row's gradient goes to all that was added to it, but for the padding's. */
    static void scatterAdd(ScatterAdd op, Node node, ReversePass pass) {
        Value diff = pass.diff(node);
        Gather gather = op.forward();
        Value rows = gather.padding() == Gather.NO_PADDING ? diff
                : pass.apply(node, new Binary(BinaryFunction.MULTIPLY), diff, notPadding(op, node, pass));
        pass.contribute(node.inputs().getFirst(),
                pass.apply(node, Gather.along(gather.axis()), rows, node.inputs().get(1)));
    }

    /** 0 for the padding's row, 1 for all others. */
    private static Value notPadding(ScatterAdd op, Node node, ReversePass pass) {
        Gather gather = op.forward();
        Value one = pass.apply(node, new Fill(node.output().type().withShape(Shape.ones(op.shape().rank())), 1));
        long after = op.shape().extent(gather.axis()) - 1 - gather.padding();
        return pass.apply(node, new Affine(-1, 1),
                pass.apply(node, new Pad(gather.axis(), gather.padding(), after), one));
    }

    static void where(Node node, ReversePass pass) {
        Value condition = node.inputs().get(0);
        Value a = node.inputs().get(1);
        Value b = node.inputs().get(2);
        if (!pass.isNeeded(a) && !pass.isNeeded(b)) {
            return;
        }
        Value diff = pass.diff(node);
        Value zeros = pass.apply(node, new Broadcast(diff.type().shape()),
                pass.apply(node, new Fill(diff.type().withShape(Shape.of()), 0)));
        if (pass.isNeeded(a)) {
            pass.contribute(a, pass.apply(node, new Where(), condition, diff, zeros));
        }
        if (pass.isNeeded(b)) {
            pass.contribute(b, pass.apply(node, new Where(), condition, zeros, diff));
        }
    }
}
