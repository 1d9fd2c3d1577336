package dev.gatun.operation;

import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;

/** Cases of the whole vocabulary, one after another from a seed: attributes, shapes and numbers as they come. */
final class DrawnOperations {
    private static final int MOST_TRIALS = 200;

    /** One of each kind in turn. Gradients come with their operations. */
    private static final SequencedMap<String, Function<Draw, OpCase>> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("convolution", DrawnImages::convolution);
        KINDS.put("transposed convolution", DrawnImages::transposed);
        KINDS.put("pool", DrawnImages::pool);
        KINDS.put("batch normalization", DrawnImages::batchNormalization);
        KINDS.put("group normalization", DrawnImages::groupNormalization);
        KINDS.put("instance normalization", DrawnImages::instanceNormalization);
        KINDS.put("linear", DrawnRows::linear);
        KINDS.put("matmul", DrawnRows::matMul);
        KINDS.put("layer normalization", DrawnRows::layerNormalization);
        KINDS.put("rms normalization", DrawnRows::rmsNormalization);
        KINDS.put("recurrent", DrawnRows::recurrent);
        KINDS.put("attention", DrawnRows::attention);
        KINDS.put("softmax cross-entropy", DrawnRows::softmaxCrossEntropy);
        KINDS.put("unary", DrawnElements::unary);
        KINDS.put("parametric", DrawnElements::parametric);
        KINDS.put("binary", DrawnElements::binary);
        KINDS.put("affine", DrawnElements::affine);
        KINDS.put("where", DrawnElements::where);
        KINDS.put("reduce", DrawnElements::reduce);
        KINDS.put("broadcast", DrawnElements::broadcast);
        KINDS.put("argmax", DrawnElements::argMax);
        KINDS.put("softmax", DrawnElements::softmax);
        KINDS.put("cast", DrawnElements::cast);
        KINDS.put("dropout", DrawnElements::dropout);
        KINDS.put("fake quantize", DrawnElements::fakeQuantize);
        KINDS.put("stop gradient", DrawnElements::stopGradient);
        KINDS.put("fill", DrawnElements::fill);
        KINDS.put("reshape", DrawnMoves::reshape);
        KINDS.put("transpose", DrawnMoves::transpose);
        KINDS.put("slice", DrawnMoves::slice);
        KINDS.put("concat", DrawnMoves::concat);
        KINDS.put("pad", DrawnMoves::pad);
        KINDS.put("resample", DrawnMoves::resample);
        KINDS.put("gather", DrawnMoves::gather);
        KINDS.put("one-hot", DrawnMoves::oneHot);
        KINDS.put("channel statistics", DrawnImages::channelStatistics);
        KINDS.put("sum across ranks", DrawnElements::sumAcrossRanks);
    }

    private DrawnOperations() {}

    /** How many kinds there are. */
    static int kinds() {
        return KINDS.size();
    }

    /**
     * The case of a number. Attributes that shape inference refuses, and sizes that the oracle has no time for, are
     * drawn again.
     */
    static OpCase number(long seed, int number) {
        List<Function<Draw, OpCase>> kinds = List.copyOf(KINDS.values());
        Draw draw = new Draw(seed * 1_000_003 + number, number / kinds.size());
        IllegalArgumentException last = new IllegalArgumentException("nothing drawn");
        for (int trial = 0; trial < MOST_TRIALS; trial++) {
            try {
                OpCase drawn = kinds.get(number % kinds.size()).apply(draw);
                drawn.graph(DType.F32);
                return new OpCase("number " + number + " of seed " + seed + ": " + drawn.name(), drawn.body(),
                        drawn.fixed(), 0);
            } catch (IllegalArgumentException e) {
                last = e;
            }
        }
        throw new IllegalStateException("no case of number " + number + " after " + MOST_TRIALS + " trials", last);
    }
}
