package dev.gatun.nn.recurrent;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.op.Dropout;
import dev.gatun.op.Fill;
import dev.gatun.op.Recurrent;
import dev.gatun.op.Recurrent.Direction;
import dev.gatun.op.function.RecurrentCell;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recurrent layers in the making: operations for each layer and direction, on sequences with the steps first. */
final class RecurrentStack {
    private final GraphBuilder graph;
    private final String name;
    private final RecurrentCell cell;
    private final long hidden;
    private final RecurrentOptions options;
    private final List<Direction> directions;
    private final List<Node> done = new ArrayList<>();
    private @Nullable RecurrentState first;

    RecurrentStack(GraphBuilder graph, String name, RecurrentCell cell, long hidden, RecurrentOptions options) {
        if (hidden < 1) {
            throw new IllegalArgumentException(name + ": a width of at least 1 wanted, got " + hidden);
        }
        this.graph = graph;
        this.name = name;
        this.cell = cell;
        this.hidden = hidden;
        this.options = options;
        this.directions = switch (options.reading()) {
            case FORWARD -> List.of(Direction.FORWARD);
            case BIDIRECTIONAL -> List.of(Direction.FORWARD, Direction.REVERSE);
        };
    }

    /** Begins with a given state. */
    RecurrentStack from(RecurrentState state) {
        if ((state.cell() != null) != cell.hasCellState()) {
            throw new IllegalArgumentException(name + ": a state " + (cell.hasCellState() ? "with" : "without")
                    + " cell states wanted for the " + cell.lowerCase());
        }
        first = state;
        return this;
    }

    Value output(Value input) {
        Shape shape = input.type().shape();
        if (shape.rank() != 3) {
            throw new IllegalArgumentException(name + ": (N, steps, features) wanted, got " + shape);
        }
        if (first != null) {
            check("hidden", first.hidden(), shape.extent(0));
            if (first.cell() != null) {
                check("cell", first.cell(), shape.extent(0));
            }
        }
        Value x = TensorFunctions.transpose(graph, name + ".steps", input, 0, 1);
        for (int layer = 0; layer < options.layers(); layer++) {
            x = layer(layer, x);
        }
        return TensorFunctions.transpose(graph, name, x, 0, 1);
    }

    private void check(String what, Value state, long batch) {
        Shape wanted = Shape.of((long) options.layers() * directions.size(), batch, hidden);
        if (!state.type().shape().equals(wanted)) {
            throw new IllegalArgumentException(name + ": a first " + what
                    + " state (layers * directions, N, hidden) of " + wanted + " wanted, got "
                    + state.type().shape());
        }
    }

    private Value layer(int layer, Value x) {
        List<Value> results = new ArrayList<>();
        for (Direction direction : directions) {
            Node node = direction(layer, direction, x);
            done.add(node);
            results.add(node.output());
        }
        String own = name + ".l" + layer;
        Value result = results.size() == 1 ? results.getFirst()
                : TensorFunctions.concat(graph, own, 2, results.toArray(Value[]::new));
        boolean dropped = options.dropout() > 0 && layer < options.layers() - 1;
        return dropped ? graph.apply(own + ".dropout",
                new Dropout(options.dropout(), (own + ".dropout").hashCode()), result) : result;
    }

    private Node direction(int layer, Direction direction, Value x) {
        String suffix = "_l" + layer + switch (direction) {
            case FORWARD -> "";
            case REVERSE -> "_reverse";
        };
        long gates = cell.gates() * hidden;
        List<Value> arguments = new ArrayList<>(List.of(x,
                weight("weight_ih" + suffix, x, gates, x.type().shape().extent(2)),
                weight("weight_hh" + suffix, x, gates, hidden),
                bias("bias_ih" + suffix, x, gates),
                bias("bias_hh" + suffix, x, gates)));
        TensorType state = x.type().withShape(Shape.of(x.type().shape().extent(1), hidden));
        arguments.add(state("hidden" + suffix, first == null ? null : first.hidden(), state));
        if (cell.hasCellState()) {
            arguments.add(state("cell" + suffix, first == null ? null : first.cell(), state));
        }
        return graph.node(name + suffix.replaceFirst("_", "."), new Recurrent(cell, direction), arguments);
    }

    private Value weight(String own, Value x, long... extents) {
        return variable(own, Variable.Kind.WEIGHT, x, extents);
    }

    private Value bias(String own, Value x, long extent) {
        return switch (options.bias()) {
            case WITH -> variable(own, Variable.Kind.BIAS, x, extent);
            case WITHOUT -> graph.apply(name + "." + own, new Fill(x.type().withShape(Shape.of(extent)), 0));
        };
    }

    private Value variable(String own, Variable.Kind kind, Value x, long... extents) {
        Initializer start = Initializers.uniform(1 / Math.sqrt((double) hidden));
        return graph.variable(new Variable(name + "." + own, Shape.of(extents), kind, start), x.type().dtype());
    }

    /** The next row of the given states, or zeros. */
    private Value state(String own, @Nullable Value states, TensorType type) {
        String full = name + "." + own;
        return states == null ? graph.apply(full, new Fill(type, 0))
                : TensorFunctions.reshape(graph, full,
                        TensorFunctions.slice(graph, full + ".row", states, 0, done.size(), 1), type.shape().extents());
    }

    RecurrentResult result(Value input) {
        Value output = output(input);
        List<Value> hiddens = new ArrayList<>();
        List<Value> cells = new ArrayList<>();
        for (Node node : done) {
            Value y = node.output();
            long steps = y.type().shape().extent(0);
            Direction direction = ((Recurrent) node.op()).direction();
            hiddens.add(TensorFunctions.slice(graph, node.name() + ".last", y, 0, direction.step(steps - 1, steps), 1));
            if (cell.hasCellState()) {
                cells.add(TensorFunctions.reshape(graph, node.name() + ".cell", node.outputs().get(1),
                        1, y.type().shape().extent(1), hidden));
            }
        }
        return new RecurrentResult(output, new RecurrentState(
                TensorFunctions.concat(graph, name + ".hidden", 0, hiddens.toArray(Value[]::new)),
                cells.isEmpty() ? null
                        : TensorFunctions.concat(graph, name + ".cell", 0, cells.toArray(Value[]::new))));
    }
}
