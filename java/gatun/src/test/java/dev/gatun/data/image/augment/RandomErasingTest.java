package dev.gatun.data.image.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.pixel.PixelBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomErasingTest {
    private static final int HEIGHT = 60;
    private static final int WIDTH = 100;

    @Test
    void rectanglesHaveTheSharesAndShapesAskedFor() {
        RandomErasing erasing = new RandomErasing(1, 0.05, 0.2, 3);
        float[] ones = new float[256];
        Arrays.fill(ones, 1);
        int taller = 0;
        int wider = 0;
        for (int seed = 0; seed < 300; seed++) {
            PixelBuffer image = new PixelBuffer(1).load(new byte[HEIGHT * WIDTH], HEIGHT, WIDTH);
            erasing.apply(image, new SeededRandom().seed(seed, 0, 0));
            float[] result = new float[HEIGHT * WIDTH];
            image.normalize(ones, result, 0);
            int rows = 0;
            int area = 0;
            for (int y = 0; y < HEIGHT; y++) {
                int before = area;
                for (int x = 0; x < WIDTH; x++) {
                    area += result[y * WIDTH + x] == 0 ? 1 : 0;
                }
                rows += area > before ? 1 : 0;
            }
            int columns = area / rows;
            assertThat(rows * columns).isEqualTo(area).isBetween(HEIGHT * WIDTH / 22, HEIGHT * WIDTH / 4);
            assertThat((double) rows / columns).isBetween(0.3, 3.3);
            taller += rows > columns ? 1 : 0;
            wider += rows < columns ? 1 : 0;
        }
        assertThat(taller).isGreaterThan(100);
        assertThat(wider).isGreaterThan(100);
    }
}
