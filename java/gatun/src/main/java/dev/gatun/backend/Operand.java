package dev.gatun.backend;

import dev.gatun.shape.Layout;
import dev.gatun.shape.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * An input of a kernel that is to be planned.
 *
 * @param layout the order the tensor has; null when the kernel may choose (a parameter, whose order is not settled yet)
 */
public record Operand(TensorType type, @Nullable Layout layout) {}
