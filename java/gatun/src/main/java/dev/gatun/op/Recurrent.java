package dev.gatun.op;

import dev.gatun.op.function.RecurrentCell;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * One layer of a recurrent network in one direction over a sequence. With {@code G} the gates of the cell and {@code H}
 * the layer's width, inputs are {@code x (T, N, C)}, {@code weight_ih (G*H, C)}, {@code weight_hh (G*H, H)},
 * {@code bias_ih (G*H)}, {@code bias_hh (G*H)}, the first hidden state {@code (N, H)} and, for an LSTM, the first cell
 * state {@code (N, H)}. Outputs: the hidden states {@code (T, N, H)}, for an LSTM the last cell state {@code (N, H)},
 * and an opaque workspace.
 */
public record Recurrent(RecurrentCell cell, Direction direction) implements Op {
    /** Where a layer begins to read. */
    public enum Direction {
        /** At the first step. */
        FORWARD,
        /** At the last step; the hidden state of a step stands at that step. */
        REVERSE;

        /** Which of some steps is read after so many others. */
        public long step(long done, long steps) {
            return switch (this) {
                case FORWARD -> done;
                case REVERSE -> steps - 1 - done;
            };
        }
    }

    @Override
    public String name() {
        return cell.lowerCase();
    }

    /** How many inputs there are. */
    int arity() {
        return cell.hasCellState() ? 7 : 6;
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, arity(), arity());
        Shapes.floating(this, inputs);
        Shapes.sameDtype(this, inputs);
        TensorType x = inputs.getFirst();
        Shape sequence = Shapes.rank(this, "x (T, N, C)", x, 3);
        long width = Shapes.rank(this, "weight_hh", inputs.get(2), 2).extent(1);
        long gates = cell.gates() * width;
        if (sequence.elements() == 0 || width == 0) {
            throw new IllegalArgumentException(name() + ": x (T, N, C) and weight_hh with elements wanted, got "
                    + sequence + " and " + inputs.get(2).shape());
        }
        Shapes.same(this, "weight_ih", inputs.get(1), x.withShape(Shape.of(gates, sequence.extent(2))));
        Shapes.same(this, "weight_hh", inputs.get(2), x.withShape(Shape.of(gates, width)));
        Shapes.same(this, "bias_ih", inputs.get(3), x.withShape(Shape.of(gates)));
        Shapes.same(this, "bias_hh", inputs.get(4), x.withShape(Shape.of(gates)));
        TensorType state = x.withShape(Shape.of(sequence.extent(1), width));
        Shapes.same(this, "hidden state", inputs.get(5), state);
        List<TensorType> results = new ArrayList<>();
        results.add(x.withShape(Shape.of(sequence.extent(0), sequence.extent(1), width)));
        if (cell.hasCellState()) {
            Shapes.same(this, "cell state", inputs.get(6), state);
            results.add(state);
        }
        results.add(new TensorType(DType.U8, Shape.of(1)));
        return results;
    }

    @Override
    public boolean isWorkspace(int output) {
        return output == (cell.hasCellState() ? 2 : 1);
    }

    @Override
    public long flops(List<TensorType> inputs) {
        Shape sequence = inputs.getFirst().shape();
        long steps = sequence.extent(0) * sequence.extent(1);
        return 2 * steps * (inputs.get(1).shape().elements() + inputs.get(2).shape().elements());
    }
}
