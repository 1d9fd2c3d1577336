package dev.gatun.op.function;

import dev.gatun.options.WithMethods;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a layer on integers reads and writes besides its source and its weight. Its inputs, in this order:
 *
 * <ol>
 *   <li>source, u8 or i8, its scale () and, where {@code sourceZeroPoint} says so, its zero point ()
 *   <li>weight, i8, and its scale, () or one for each output channel (O)
 *   <li>where {@code bias} says so, the bias (O) in f32
 *   <li>where there is an {@code addend}: u8 or i8 of the shape of the result, its scale () and perhaps zero point ()
 *   <li>where there is a {@code result}: its scale () and perhaps its zero point ()
 * </ol>
 *
 * <p>Scales are f32 and above zero; zero points are f32 holding integers. The layer computes {@code sum = scale(source)
 * * scale(weight) * accumulated + bias + addend}, with products of {@code source - zero point} and weight accumulated
 * in 32 bits, and then a ReLU where {@code relu} says so. Without a {@code result} that sum is the output, in f32;
 * with one it is {@code clamp(roundHalfEven(sum / scale) + zero point, low, high)}.
 *
 * @param sourceZeroPoint whether the source has a zero point; without one it is 0
 * @param bias            whether there is a bias
 * @param addend          whether integers are added, a residual block's shortcut; only with a {@code result}
 * @param relu            whether a ReLU follows the sum
 * @param result          the integers that the sum is rounded to; null for f32
 */
@WithMethods
public record IntegerLayer(
        boolean sourceZeroPoint, boolean bias, Addend addend, boolean relu, @Nullable Result result)
        implements IntegerLayerBuilder.With {

    /** What is added to the sum. */
    public enum Addend {
        /** Nothing. */
        NONE,
        /** Integers whose zero point is 0. */
        SYMMETRIC,
        /** Integers with a zero point. */
        AFFINE
    }

    /**
     * The integers of a result.
     *
     * @param range     what they are clamped to
     * @param zeroPoint whether they have a zero point; without one it is 0
     */
    public record Result(IntegerRange range, boolean zeroPoint) {}

    private static final IntegerLayer DEFAULTS = new IntegerLayer(false, false, Addend.NONE, false, null);

    public IntegerLayer {
        if (addend != Addend.NONE && result == null) {
            throw new IllegalArgumentException("integers are added to a result of integers only, not to f32");
        }
    }

    /** Returns a layer without zero points, bias, addend and ReLU, whose result is f32. */
    public static IntegerLayer defaults() {
        return DEFAULTS;
    }

    /** Returns the number of inputs. */
    public int arity() {
        return 4 + (sourceZeroPoint ? 1 : 0) + (bias ? 1 : 0) + switch (addend) {
            case NONE -> 0;
            case SYMMETRIC -> 2;
            case AFFINE -> 3;
        } + (result == null ? 0 : result.zeroPoint() ? 2 : 1);
    }

    /** Returns the index of the weight among the inputs. */
    public int weightIndex() {
        return sourceZeroPoint ? 3 : 2;
    }

    /** Returns the index of the addend among the inputs, if there is one. */
    public int addendIndex() {
        return 4 + (sourceZeroPoint ? 1 : 0) + (bias ? 1 : 0);
    }

    /**
     * The inputs by name.
     *
     * @param <T> what stands for an input: its type, its memory
     */
    public record Inputs<T>(
            T source, T sourceScale, @Nullable T sourceZeroPoint, T weight, T weightScale, @Nullable T bias,
            @Nullable T addend, @Nullable T addendScale, @Nullable T addendZeroPoint,
            @Nullable T scale, @Nullable T zeroPoint) {

        /** Returns them in their order. */
        public List<T> inOrder() {
            List<T> all = new ArrayList<>(List.of(source, sourceScale));
            add(all, sourceZeroPoint);
            all.add(weight);
            all.add(weightScale);
            add(all, bias);
            add(all, addend);
            add(all, addendScale);
            add(all, addendZeroPoint);
            add(all, scale);
            add(all, zeroPoint);
            return all;
        }

        private static <T> void add(List<T> all, @Nullable T input) {
            if (input != null) {
                all.add(input);
            }
        }
    }

    /** Returns the inputs by name; there must be {@link #arity} of them. */
    public <T> Inputs<T> named(List<T> inputs) {
        Cursor<T> next = new Cursor<>(inputs);
        return new Inputs<>(inputs.get(next.at++), inputs.get(next.at++), next.where(sourceZeroPoint),
                inputs.get(next.at++), inputs.get(next.at++), next.where(bias),
                next.where(addend != Addend.NONE), next.where(addend != Addend.NONE),
                next.where(addend == Addend.AFFINE), next.where(result != null),
                next.where(result != null && result.zeroPoint()));
    }

    private static final class Cursor<T> {
        private final List<T> inputs;
        private int at;

        Cursor(List<T> inputs) {
            this.inputs = inputs;
        }

        @Nullable T where(boolean present) {
            return present ? inputs.get(at++) : null;
        }
    }
}
