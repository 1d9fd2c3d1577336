package dev.gatun.shape;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Bfloat16Test {
    private static final float UNIT = 0x1p-7f; // the last place of numbers in [1, 2)

    @Test
    void roundsToTheNearestTiesToEven() {
        assertThat(rounded(1 + UNIT * 0.49f)).isEqualTo(1);
        assertThat(rounded(1 + UNIT * 0.5f)).isEqualTo(1);
        assertThat(rounded(1 + UNIT * 0.51f)).isEqualTo(1 + UNIT);
        assertThat(rounded(1 + UNIT * 1.5f)).isEqualTo(1 + 2 * UNIT);
        assertThat(rounded(-1 - UNIT * 0.51f)).isEqualTo(-1 - UNIT);
        assertThat(rounded(2 - UNIT * 0.1f)).as("into the next octave").isEqualTo(2);
        assertThat(rounded(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(rounded(0x1p-133f)).as("a denormal").isEqualTo(0x1p-133f);
    }

    @Test
    void keepsWhatItHoldsExactly() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Bfloat16.toFloat((short) bits);
            if (Float.isNaN(value)) {
                assertThat(rounded(value)).isNaN();
                assertThat(Bfloat16.toFloat(Bfloat16.stochastic(value, 0xFFFF))).isNaN();
            } else {
                assertThat(Bfloat16.nearest(value)).isEqualTo((short) bits);
                assertThat(Bfloat16.stochastic(value, 0xFFFF)).isEqualTo((short) bits);
            }
        }
        assertThat(rounded(Float.intBitsToFloat(0x7F800001))).as("a NaN whose bits are cut off").isNaN();
    }

    @Test
    void roundsStochasticallyByTheShareOfTheWay() {
        float value = -(1 + UNIT / 4);
        int up = 0;
        for (int random = 0; random < 1 << 16; random++) {
            float result = Bfloat16.toFloat(Bfloat16.stochastic(value, random));
            assertThat(result).isIn(-1f, -1 - UNIT);
            up += result == -1 ? 0 : 1;
        }
        assertThat(up).isEqualTo(1 << 14);
    }

    private static float rounded(float value) {
        return Bfloat16.toFloat(Bfloat16.nearest(value));
    }
}
