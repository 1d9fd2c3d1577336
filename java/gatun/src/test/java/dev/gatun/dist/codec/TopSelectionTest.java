package dev.gatun.dist.codec;

import static dev.gatun.dist.codec.CodecRuns.BUDGET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The elements of largest magnitude, against sorting. */
@ExtendWith(NoLeaks.class)
class TopSelectionTest {
    private static final int OFFSET = 12;

    private static void check(float[] values, int top) {
        int[] wanted = IntStream.range(0, values.length).boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -Math.abs(values[i]))
                .thenComparing(Comparator.naturalOrder()))
                .limit(top).mapToInt(i -> i).sorted().toArray();
        try (CodecMemory memory = new CodecMemory(BUDGET);
                HostBuffer from = BUDGET.allocate(Role.GRADIENTS, "test", OFFSET + 4L * values.length);
                HostBuffer into = BUDGET.allocate(Role.STAGING, "test", OFFSET + 8L * top)) {
            from.segment().asSlice(OFFSET).copyFrom(MemorySegment.ofArray(values));
            TopSelection selection = new TopSelection(top, memory);
            for (int time = 0; time < 2; time++) {
                assertThat(selection.select(from.segment(), OFFSET, values.length, top, into.segment(), OFFSET))
                        .isTrue();
                assertThat(into.segment().asSlice(OFFSET, 4L * top).toArray(ValueLayout.JAVA_INT)).isEqualTo(wanted);
                assertThat(into.segment().asSlice(OFFSET + 4L * top).toArray(ValueLayout.JAVA_FLOAT))
                        .isEqualTo(floats(top, i -> values[wanted[i]]));
            }
            values[values.length - 1] = Float.NaN;
            from.segment().asSlice(OFFSET).copyFrom(MemorySegment.ofArray(values));
            assertThat(selection.select(from.segment(), OFFSET, values.length, top, into.segment(), OFFSET)).isFalse();
        }
    }

    private static float[] floats(int count, IntToDoubleFunction of) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) of.applyAsDouble(i);
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 100, 999, 1000})
    void findsTheLargest(int top) {
        Random random = new Random(top);
        check(floats(1_000, _ -> random.nextGaussian()), top);
        check(floats(1_000, _ -> Math.exp(20 * random.nextGaussian()) * (random.nextBoolean() ? 1 : -1)), top);
        check(floats(1_000, _ -> 1 + 1e-4 * random.nextDouble()), top); // all in one bin: no room for candidates
        check(floats(1_000, _ -> random.nextInt(-3, 4)), top); // ties
        check(floats(1_000, i -> i % 2 == 0 ? 1 : -1), top);
        check(floats(1_000, _ -> 0), top);
        check(floats(1_000, i -> i < 5 ? Float.MIN_VALUE * (i + 1) : 0), top);
        check(floats(1_000, _ -> Float.MAX_VALUE), top);
    }

    @Test
    void findsTheLargestOfFew() {
        check(new float[] {3}, 1);
        check(new float[] {-3, 2}, 1);
        check(new float[] {1, -3, 2, -3, 0}, 2);
    }
}
