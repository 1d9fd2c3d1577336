package dev.gatun.graph;

import dev.gatun.op.BatchNormalization;
import dev.gatun.op.InstanceNormalization;
import dev.gatun.op.Op;
import dev.gatun.op.ScaledDotProductAttention;

/** Converts a model to its inference form: normalisation by running statistics, no dropout. */
public final class Inference {
    private Inference() {}

    /** Returns the inference form of a model that was described for training. */
    public static Graph of(Graph graph) {
        Rewriter rewriter = new Rewriter(graph);
        SharedMasks masks = new SharedMasks(graph);
        for (Node node : graph.nodes()) {
            switch (node.op()) {
                case BatchNormalization normalization ->
                    rewriter.emit(node, normalization.withMode(BatchNormalization.Mode.INFERENCE), node.inputs());
                case InstanceNormalization normalization ->
                    rewriter.emit(node, normalization.inference(), node.inputs());
                case ScaledDotProductAttention attention ->
                    rewriter.emit(node, attention.withoutDropout(), node.inputs());
                case Op _ when masks.serves(node) -> { }
                case Op op when op.trainingOnly() || masks.isMasked(node) ->
                    rewriter.replace(node.output(), rewriter.copy(node.inputs().getFirst()));
                case Op op -> rewriter.emit(node, op, node.inputs());
            }
        }
        return rewriter.finish();
    }
}
