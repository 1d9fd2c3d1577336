package dev.gatun.op;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One-hot encoding of labels: {@code labels (before..., after...) -> (before..., classes, after...)}, 1 at the label
 * and 0 elsewhere. Labels are of {@link DType#I32}, in {@code [0, classes)}; a device refuses others when it runs.
 *
 * @param axis    dimension of the classes in the result, counted from 0
 * @param classes number of classes
 * @param ignored label whose vector is all zeros, or {@link #NONE_IGNORED}
 * @param dtype   type of the result
 */
public record OneHot(int axis, long classes, long ignored, DType dtype) implements Op {
    /** The value of {@link #ignored} with which no label is ignored. */
    public static final long NONE_IGNORED = Long.MIN_VALUE;

    public OneHot {
        if (axis < 0 || classes < 1) {
            throw new IllegalArgumentException("one_hot: axis is counted from 0 and there is a class at least, got"
                    + " axis " + axis + ", " + classes + " classes");
        }
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("one_hot: to a floating-point type only, not to " + dtype.lowerCase());
        }
    }

    @Override
    public String name() {
        return "one_hot";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        TensorType labels = inputs.getFirst();
        if (labels.dtype() != DType.I32) {
            throw new IllegalArgumentException("one_hot: labels must be i32, got " + labels);
        }
        if (axis > labels.shape().rank()) {
            throw new IllegalArgumentException("one_hot: classes along axis " + axis + " of labels " + labels.shape());
        }
        List<Long> extents = new ArrayList<>(Arrays.stream(labels.shape().extents()).boxed().toList());
        extents.add(axis, classes);
        return List.of(new TensorType(dtype, Shape.of(extents.stream().mapToLong(Long::longValue).toArray())));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}
