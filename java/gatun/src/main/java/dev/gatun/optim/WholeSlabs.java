package dev.gatun.optim;

import dev.gatun.memory.Buffer;
import dev.gatun.shape.Bfloat16;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The memory that all parts of an optimizer share, each a span of it.
 *
 * @param parameters f32, or bf16 where they are stored so
 * @param gradients  f32
 * @param average    of the weights, f32, or null
 * @param copy       of the weights, bf16, or null
 */
record WholeSlabs(
        Buffer parameters, Buffer gradients, @Nullable Buffer average,
        @Nullable Buffer copy) {

    /** Those that are there. */
    List<Buffer> all() {
        return Stream.of(parameters, gradients, average, copy).filter(Objects::nonNull).toList();
    }

    /** A span of them. */
    WholeSlabs of(RulePart.Span span, int weightBytes) {
        return new WholeSlabs(span.of(parameters, weightBytes), span.of(gradients, Float.BYTES),
                average == null ? null : span.of(average, Float.BYTES),
                copy == null ? null : span.of(copy, Bfloat16.BYTES));
    }
}
