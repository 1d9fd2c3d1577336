package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Dropout;
import dev.gatun.reference.kernel.Philox;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The random numbers against Random123's known answers, and what dropout makes of them. */
@ExtendWith(NoLeaks.class)
class DropoutTest {
    private static final int ELEMENTS = 4096;

    /** The lines "philox4x32 10" of kat_vectors in Random123 1.14. */
    @Test
    void philoxGivesTheKnownAnswers() {
        assertThat(block(0, 0, 0, 0, 0, 0)).containsExactly(0x6627e8d5L, 0xe169c58dL, 0xbc57ac4cL, 0x9b00dbd8L);
        assertThat(block(-1, -1, -1, -1, -1, -1)).containsExactly(0x408f276dL, 0x41c83b0eL, 0xa20bc7c6L, 0x6d5451fdL);
        assertThat(block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0))
                .containsExactly(0xd16cfe09L, 0x94fdccebL, 0x5001e420L, 0x24126ea1L);
    }

    private static long[] block(int c0, int c1, int c2, int c3, int k0, int k1) {
        long[] words = new long[4];
        for (int word = 0; word < 4; word++) {
            words[word] = Philox.word(word, c0, c1, c2, c3, k0, k1);
        }
        return words;
    }

    @Test
    void eachElementIsKeptByItsOwnWord() {
        long seed = 0x299f31d0_a4093822L;
        double[] dropped = drop(0.5, 7, seed, 0x1_0000_0009L);
        for (int i = 0; i < ELEMENTS; i++) {
            long word = Philox.word(i % 4, i / 4, 0, 9, 7, 0xa4093822, 0x299f31d0);
            assertThat(dropped[i]).as("element %d", i).isEqualTo(word >= 0x8000_0000L ? 2 : 0);
        }
    }

    @Test
    void theRateIsKept() {
        double[] dropped = drop(0.25, 0, 1, 1);
        assertThat(Arrays.stream(dropped).filter(value -> value == 0).count() / (double) ELEMENTS)
                .isCloseTo(0.25, within(0.03));
        assertThat(drop(0, 0, 1, 1)).containsOnly(1);
    }

    @Test
    void seedStepAndStreamEachChangeWhatIsDropped() {
        double[] dropped = drop(0.5, 0, 1, 1);
        assertThat(drop(0.5, 0, 1, 1)).isEqualTo(dropped);
        assertThat(drop(0.5, 1, 1, 1)).isNotEqualTo(dropped);
        assertThat(drop(0.5, 0, 2, 1)).isNotEqualTo(dropped);
        assertThat(drop(0.5, 0, 1L << 32 | 1, 1)).isNotEqualTo(dropped);
        assertThat(drop(0.5, 0, 1, 2)).isNotEqualTo(dropped);
    }

    /** Ones, after dropout. */
    private static double[] drop(double rate, int stream, long seed, long step) {
        double[] ones = new double[ELEMENTS];
        Arrays.fill(ones, 1);
        GraphBuilder builder = new GraphBuilder();
        Value y = builder.apply("drop", new Dropout(rate, stream), builder.input("x", TensorType.f32(ELEMENTS)));
        Graph graph = builder.build();
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults());
                GraphRunner runner = new GraphRunner(graph, device)) {
            runner.set("x", ones);
            runner.random(seed, step);
            runner.run();
            return runner.get(y);
        }
    }
}
