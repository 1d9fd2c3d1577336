package dev.gatun.backend;

import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * An input of a region to be planned.
 *
 * @param type   type in the graph
 * @param stored type and layout in memory, perhaps under another shape with the same row-major sequence of elements;
 *               null if the plan may choose (a parameter whose layout is not fixed yet)
 */
public record Operand(TensorType type, @Nullable Stored stored) {
    /** Returns an operand in a known layout of its own shape. */
    public static Operand of(TensorType type, Layout layout) {
        return new Operand(type, Stored.of(type, layout));
    }

    /** Returns the type and layout in memory, row-major if the plan may choose. */
    public Stored storedOrRowMajor() {
        return stored == null ? Stored.rowMajor(type) : stored;
    }

    /** Returns the layout; null if the plan may choose, or if it is the layout of another shape. */
    public @Nullable Layout layout() {
        return stored == null || !stored.type().equals(type) ? null : stored.layout();
    }
}
