package dev.gatun.backend;

import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * An input of a region that is to be planned.
 *
 * @param type   as the graph sees it
 * @param stored as it lies in memory, perhaps under another shape with the same row-major sequence of elements; null
 *               when the plan may choose (a parameter, whose layout is not settled yet)
 */
public record Operand(TensorType type, @Nullable Stored stored) {
    /** An operand in a known layout of its own shape. */
    public static Operand of(TensorType type, Layout layout) {
        return new Operand(type, Stored.of(type, layout));
    }

    /** How it lies in memory, or row-major where that is open. */
    public Stored storedOrRowMajor() {
        return stored == null ? Stored.rowMajor(type) : stored;
    }

    /** Its layout; null where that is open, or is one of another shape. */
    public @Nullable Layout layout() {
        return stored == null || !stored.type().equals(type) ? null : stored.layout();
    }
}
