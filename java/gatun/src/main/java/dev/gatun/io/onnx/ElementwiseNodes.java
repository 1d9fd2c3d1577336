package dev.gatun.io.onnx;

import dev.gatun.op.Affine;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import java.util.List;
import java.util.Map;

/** Functions of one and of two variables as ONNX nodes. What the operator set lacks is composed by its formula. */
final class ElementwiseNodes {
    private final OnnxNodes graph;

    ElementwiseNodes(OnnxNodes graph) {
        this.graph = graph;
    }

    String unary(ScalarFunction function, String x) {
        return switch (function) {
            case UnaryFunction plain -> plain(plain, x);
            case ParametricFunction parametric -> parametric(parametric, x);
        };
    }

    private String plain(UnaryFunction function, String x) {
        return switch (function) {
            case RELU -> graph.node("Relu", x);
            case SIGMOID -> graph.node("Sigmoid", x);
            case TANH -> graph.node("Tanh", x);
            case EXP -> graph.node("Exp", x);
            case LOG -> graph.node("Log", x);
            case SQRT -> graph.node("Sqrt", x);
            case SQUARE -> graph.node("Mul", x, x);
            case ABS -> graph.node("Abs", x);
            case NEGATE -> graph.node("Neg", x);
            case RECIPROCAL -> graph.node("Reciprocal", x);
            case GELU -> half(x, graph.node("Erf", times(x, Math.sqrt(0.5))));
            case GELU_TANH -> half(x, graph.node("Tanh",
                    times(graph.node("Add", x, times(graph.node("Mul", x, graph.node("Mul", x, x)), 0.044715)),
                            Math.sqrt(2 / Math.PI))));
            case SILU -> graph.node("Mul", x, graph.node("Sigmoid", x));
            case HARD_SIGMOID -> graph.node("HardSigmoid", List.of(x),
                    Map.of("alpha", OnnxAttribute.real(1.0 / 6), "beta", OnnxAttribute.real(0.5)));
            case HARD_SWISH -> graph.node("HardSwish", x);
            case MISH -> graph.node("Mul", x, graph.node("Tanh", graph.node("Softplus", x)));
        };
    }

    /** {@code x / 2 * (1 + bend)} */
    private String half(String x, String bend) {
        return graph.node("Mul", times(x, 0.5), plus(bend, 1));
    }

    private String parametric(ParametricFunction function, String x) {
        return switch (function) {
            case ParametricFunction.LeakyRelu leaky ->
                graph.node("LeakyRelu", List.of(x), Map.of("alpha", OnnxAttribute.real(leaky.slope())));
            case ParametricFunction.Elu elu ->
                graph.node("Elu", List.of(x), Map.of("alpha", OnnxAttribute.real(elu.alpha())));
            case ParametricFunction.Clip clip ->
                graph.node("Clip", x, graph.real(clip.low()), graph.real(clip.high()));
            case ParametricFunction.Softplus softplus ->
                times(graph.node("Softplus", times(x, softplus.beta())), 1 / softplus.beta());
            case ParametricFunction.Power power -> graph.node("Pow", x, graph.real(power.exponent()));
        };
    }

    String binary(BinaryFunction function, String a, String b) {
        return switch (function) {
            case ADD -> graph.node("Add", a, b);
            case SUBTRACT -> graph.node("Sub", a, b);
            case MULTIPLY -> graph.node("Mul", a, b);
            case DIVIDE -> graph.node("Div", a, b);
            case MAXIMUM -> graph.node("Max", a, b);
            case MINIMUM -> graph.node("Min", a, b);
            case GREATER -> cast(graph.node("Greater", a, b), OnnxType.FLOAT);
            case GREATER_EQUAL -> cast(graph.node("GreaterOrEqual", a, b), OnnxType.FLOAT);
        };
    }

    String affine(Affine affine, String x) {
        return plus(times(x, affine.scale()), affine.shift());
    }

    String cast(String x, long type) {
        return graph.node("Cast", List.of(x), Map.of("to", OnnxAttribute.of(type)));
    }

    String times(String x, double factor) {
        return factor == 1 ? x : graph.node("Mul", x, graph.real(factor));
    }

    private String plus(String x, double term) {
        return term == 0 ? x : graph.node("Add", x, graph.real(term));
    }
}
