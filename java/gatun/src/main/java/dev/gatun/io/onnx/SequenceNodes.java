package dev.gatun.io.onnx;

import dev.gatun.graph.Node;
import dev.gatun.op.Recurrent;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.function.RecurrentCell;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Attention and recurrent layers as ONNX nodes. */
final class SequenceNodes {
    private final OnnxNodes graph;
    private final ElementwiseNodes elementwise;
    private final LayerNodes layers;
    private final MoveNodes moves;

    SequenceNodes(OnnxNodes graph, ElementwiseNodes elementwise, LayerNodes layers, MoveNodes moves) {
        this.graph = graph;
        this.elementwise = elementwise;
        this.layers = layers;
        this.moves = moves;
    }

    /** The formula, as the operator for it is younger. */
    String attention(ScaledDotProductAttention attention, Node node) {
        Shape query = node.inputs().getFirst().type().shape();
        String scores = elementwise.times(graph.node("MatMul", graph.name(node.inputs().get(0)),
                layers.transposed(graph.name(node.inputs().get(1)), query.rank())), attention.scale());
        String masked = switch (attention.masking()) {
            case NONE -> scores;
            case ADDED -> graph.node("Add", scores, graph.name(node.inputs().get(3)));
            case CAUSAL -> graph.node("Add", scores, causalMask(query.extent(-2),
                    node.inputs().get(1).type().shape().extent(-2)));
        };
        String weights = graph.node("Softmax", List.of(masked), Map.of("axis", OnnxAttribute.of(-1)));
        return graph.node("MatMul", weights, graph.name(node.inputs().get(2)));
    }

    private String causalMask(long queries, long keys) {
        float[] mask = new float[Math.toIntExact(Math.multiplyExact(queries, keys))];
        for (int query = 0; query < queries; query++) {
            for (int key = query + 1; key < keys; key++) {
                mask[Math.toIntExact(query * keys + key)] = Float.NEGATIVE_INFINITY;
            }
        }
        return graph.reals("causal_" + queries + "_" + keys, List.of(queries, keys), mask);
    }

    /**
     * A recurrent layer: its results in the order of the operation, without the workspace. The operators order gates
     * otherwise, and have a dimension for directions.
     */
    List<String> recurrent(Recurrent recurrent, Node node) {
        List<String> inputs = node.inputs().stream().map(graph::name).toList();
        long width = node.inputs().get(2).type().shape().extent(1);
        String bias = moves.concat(0, List.of(gates(recurrent.cell(), inputs.get(3), width),
                gates(recurrent.cell(), inputs.get(4), width)));
        List<String> operands = new ArrayList<>(List.of(inputs.get(0),
                direction(gates(recurrent.cell(), inputs.get(1), width)),
                direction(gates(recurrent.cell(), inputs.get(2), width)), direction(bias), "",
                direction(inputs.get(5))));
        OnnxAttribute direction = OnnxAttribute.of(switch (recurrent.direction()) {
            case FORWARD -> "forward";
            case REVERSE -> "reverse";
        });
        String states = graph.fresh("states");
        return switch (recurrent.cell()) {
            case LSTM -> {
                operands.add(direction(inputs.get(6)));
                String cell = graph.fresh("cell");
                graph.node("LSTM", operands, List.of(states, "", cell),
                        Map.of("hidden_size", OnnxAttribute.of(width), "direction", direction));
                yield List.of(squeezed(states, 1), squeezed(cell, 0));
            }
            case GRU -> {
                graph.node("GRU", operands, List.of(states), Map.of("hidden_size", OnnxAttribute.of(width),
                        "direction", direction, "linear_before_reset", OnnxAttribute.of(1)));
                yield List.of(squeezed(states, 1));
            }
        };
    }

    /** The rows of a weight or bias, gate by gate in ONNX's order: {@code i, o, f, g} and {@code z, r, n}. */
    private String gates(RecurrentCell cell, String rows, long width) {
        List<Integer> order = switch (cell) {
            case LSTM -> List.of(0, 3, 1, 2);
            case GRU -> List.of(1, 0, 2);
        };
        return moves.concat(0, order.stream().map(gate -> moves.slice(rows, 0, gate * width, width)).toList());
    }

    private String direction(String value) {
        return graph.node("Unsqueeze", value, graph.integers(List.of(0L)));
    }

    private String squeezed(String value, long axis) {
        return graph.node("Squeeze", value, graph.integers(List.of(axis)));
    }
}
