package dev.gatun.graph;

import dev.gatun.op.Concat;
import dev.gatun.op.Pad;
import dev.gatun.op.Slice;

/** Gradients of what moves elements: the same moves backwards. */
final class MoveGradients {
    private MoveGradients() {}

    /** What was left out gets zeros. */
    static void slice(Slice op, Node node, ReversePass pass) {
        Value x = node.inputs().getFirst();
        long extent = x.type().shape().extent(op.axis());
        Pad pad = new Pad(op.axis(), op.start(), extent - op.start() - op.length());
        pass.contribute(x, pass.apply(node, pad, pass.diff(node)));
    }

    /** Each gets its part. */
    static void concat(Concat op, Node node, ReversePass pass) {
        Value diff = pass.diff(node);
        long start = 0;
        for (Value input : node.inputs()) {
            long length = input.type().shape().extent(op.axis());
            if (pass.isNeeded(input)) {
                pass.contribute(input, pass.apply(node, new Slice(op.axis(), start, length), diff));
            }
            start += length;
        }
    }
}
