package dev.gatun.op;

/**
 * An operation on integers of 8 bits that stand for real numbers: {@code scale * (integer - zero point)}. For inference
 * only: none has a gradient. Made from a graph of fake quantizations by {@code IntegerInference}.
 */
public sealed interface QuantizedOp extends Op
        permits Quantize, Dequantize, QuantizedConvolution, QuantizedLinear, QuantizedSum {}
