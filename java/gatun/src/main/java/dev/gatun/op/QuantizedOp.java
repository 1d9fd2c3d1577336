package dev.gatun.op;

/**
 * An operation on integers of 8 bits that stand for real numbers: {@code scale * (integer - zero point)}. For inference
 * only: none has a gradient. {@code IntegerInference} makes them from a graph of {@link FakeQuantize}.
 */
public sealed interface QuantizedOp extends Op
        permits Quantize, Dequantize, QuantizedConvolution, QuantizedLinear, QuantizedSum {}
