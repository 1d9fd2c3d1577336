package dev.gatun.data;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Examples in the caller's memory. */
@ExtendWith(NoLeaks.class)
class TensorDatasetTest {
    private static final TensorType F64 = new TensorType(DType.F64, Shape.of(2));

    private static float[] counted(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = i;
        }
        return values;
    }

    @Test
    void givesEveryFieldOfEveryExample() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment own = arena.allocate(5 * F64.bytes(), 8);
            for (int i = 0; i < 10; i++) {
                own.setAtIndex(JAVA_DOUBLE, i, i / 10.0);
            }
            float[] vectors = counted(15);
            TensorDataset data = TensorDataset.of("five", 5).with("vector", vectors, 3)
                    .with("class", new int[] {4, 3, 2, 1, 0}).with(new Field("own", F64), own);
            assertThat(data.fields()).extracting(Field::toString).containsExactly("vector f32(3)", "class i32()",
                    "own f64(2)");
            List<Integer> sizes = new ArrayList<>();
            try (BatchLoader loader = new BatchLoader(data, Sampler.sequential(5),
                    BatchLoaderOptions.defaults().withBatchSize(2), MemoryBudget.unlimited())) {
                loader.start(0, 0);
                for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                    int first = batch.indexInEpoch() * 2;
                    assertThat(batch.tensor("vector").toArray(JAVA_FLOAT))
                            .isEqualTo(Arrays.copyOfRange(vectors, first * 3, (first + batch.size()) * 3));
                    assertThat(batch.tensor("class").getAtIndex(JAVA_INT, 0)).isEqualTo(4 - first);
                    assertThat(batch.tensor("own").getAtIndex(JAVA_DOUBLE, 1))
                            .isEqualTo((2 * first + 1) / 10.0);
                    sizes.add(batch.size());
                    loader.release(batch);
                }
            }
            assertThat(sizes).containsExactly(2, 2, 1);
        }
    }

    @Test
    void imagesComeChannelsLast() {
        float[] rowMajor = counted(2 * 3 * 2 * 2);
        TensorDataset data = TensorDataset.of("images", 2).with("image", rowMajor, 3, 2, 2);
        try (BatchLoader loader = new BatchLoader(
                data, Sampler.sequential(2), BatchLoaderOptions.defaults(), MemoryBudget.unlimited())) {
            loader.start(0, 0);
            Batch batch = Objects.requireNonNull(loader.next());
            assertThat(batch.tensor(0).toArray(JAVA_FLOAT)).containsExactly(
                    0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, 12, 16, 20, 13, 17, 21, 14, 18, 22, 15, 19, 23);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        TensorDataset two = TensorDataset.of("two", 2);
        assertThatThrownBy(() -> TensorDataset.of("none", 0)).hasMessageContaining("at least one example");
        assertThatThrownBy(() -> two.with("x", new float[5], 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("field x f32(3) of 2 examples takes 24 bytes, got 20");
        assertThatThrownBy(() -> two.with("x", new float[2]).with("x", new int[2]))
                .hasMessageContaining("already has a field \"x\"");
        try (Arena confined = Arena.ofConfined()) {
            MemorySegment memory = confined.allocate(JAVA_FLOAT, 2);
            assertThatThrownBy(() -> two.with(new Field("x", TensorType.f32()), memory))
                    .hasMessageContaining("only one thread may read").hasMessageContaining("Arena.ofShared");
        }
    }
}
