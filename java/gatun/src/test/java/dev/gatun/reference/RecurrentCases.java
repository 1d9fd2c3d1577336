package dev.gatun.reference;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Recurrent;
import dev.gatun.op.Recurrent.Direction;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.function.RecurrentCell;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Cases of recurrent layers: each cell in each direction, and extents that fill no register. */
final class RecurrentCases {
    private RecurrentCases() {}

    private record Extents(long steps, long batch, long inputs, long width) {
        @Override
        public String toString() {
            return steps + " steps of " + batch + "x" + inputs + " in a width of " + width;
        }
    }

    static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        for (RecurrentCell cell : RecurrentCell.values()) {
            for (Direction direction : Direction.values()) {
                Recurrent op = new Recurrent(cell, direction);
                for (Extents extents : List.of(new Extents(3, 2, 5, 4), new Extents(1, 1, 1, 1),
                        new Extents(2, 3, 17, 7), new Extents(5, 1, 3, 18))) {
                    cases.add(of(op, direction + " over " + extents, extents, outputs -> outputs.subList(0, 1)));
                }
            }
        }
        Recurrent lstm = new Recurrent(RecurrentCell.LSTM, Direction.FORWARD);
        cases.add(of(lstm, "of which the last cell state is read", new Extents(3, 2, 5, 4), out -> out.subList(1, 2)));
        cases.add(of(lstm, "of which all is read", new Extents(3, 2, 5, 4), out -> out.subList(0, 2)));
        return cases;
    }

    private static OpCase of(Recurrent op, String name, Extents e, UnaryOperator<List<Value>> read) {
        return new OpCase(op.name() + " " + name, b -> {
            Value x = b.graph.apply("x.steps", new Reshape(Shape.of(e.steps, e.batch, e.inputs)),
                    b.stem(e.steps * e.batch, e.inputs));
            long gates = op.cell().gates() * e.width;
            List<Value> arguments = new ArrayList<>(List.of(x,
                    b.variable("weight_ih", Variable.Kind.WEIGHT, gates, e.inputs),
                    b.variable("weight_hh", Variable.Kind.WEIGHT, gates, e.width),
                    b.variable("bias_ih", Variable.Kind.BIAS, gates),
                    b.variable("bias_hh", Variable.Kind.BIAS, gates),
                    b.variable("hidden", Variable.Kind.BIAS, e.batch, e.width)));
            if (op.cell().hasCellState()) {
                arguments.add(b.variable("cell", Variable.Kind.BIAS, e.batch, e.width));
            }
            Node node = b.graph.node("y", op, arguments);
            return squares(b, read.apply(node.outputs()));
        });
    }

    /** The sum of the means of the squares of each value's elements, weighted so that places differ. */
    private static Graph squares(CaseBuilder b, List<Value> values) {
        Value sum = mean(b, values.getFirst());
        for (Value value : values.subList(1, values.size())) {
            sum = b.add("sum", sum, mean(b, value));
        }
        return b.scalar(sum);
    }

    private static Value mean(CaseBuilder b, Value value) {
        Value weights = b.variable("weights" + value.name(), Variable.Kind.BIAS, value.type().shape().extents());
        Value squares = b.unary("squares", UnaryFunction.SQUARE, b.add("weighted", value, weights));
        return b.graph.apply("mean", Reduce.all(Reduction.MEAN, value.type().shape().rank()), squares);
    }
}
