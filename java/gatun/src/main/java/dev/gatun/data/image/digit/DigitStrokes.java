package dev.gatun.data.image.digit;

import java.util.Arrays;

/**
 * How digits are written: for each digit its variants, for each variant its strokes, for each stroke the points that
 * the pen passes, in percent of the digit's box from its top left corner. The pen moves smoothly within a stroke;
 * where it turns sharply a new one begins.
 */
final class DigitStrokes {
    private static final String[][] TEXT = {
        {
            "52,4 30,14 18,45 26,80 48,96 70,84 82,52 74,18 52,4",
            "60,6 36,10 18,40 22,78 46,96 74,82 82,46 68,12 46,4",
        },
        {
            "50,4 50,50 50,96",
            "28,28 42,18 54,4 / 54,4 54,50 54,96",
            "30,26 44,16 52,4 / 52,4 52,50 52,96 / 26,96 52,95 78,96",
        },
        {
            "20,26 32,8 54,4 76,16 74,38 52,64 20,94 / 20,94 50,94 84,93",
            "18,22 36,6 62,6 76,24 66,50 42,76 24,92 18,82 30,74 54,86 84,92",
        },
        {
            "22,14 44,4 70,12 70,34 42,47 / 42,47 74,56 80,78 56,95 20,86",
            "20,6 48,6 76,7 / 76,7 62,22 46,40 / 46,40 74,50 80,76 54,95 20,86",
            "20,16 46,4 72,16 64,38 46,46 66,52 80,70 60,94 20,84",
        },
        {
            "28,4 22,30 18,56 / 18,56 50,57 84,54 / 68,24 66,60 64,96",
            "62,4 38,34 14,66 / 14,66 50,66 86,66 / 62,4 63,50 64,96",
            "24,6 18,30 26,50 52,54 72,44 / 76,6 72,50 66,96",
        },
        {
            "78,6 54,6 32,6 / 32,6 29,26 25,46 / 25,46 52,36 78,50 78,78 52,96 20,88",
            "76,6 46,8 32,16 28,42 54,40 78,58 72,86 46,96 20,86",
        },
        {
            "68,6 40,24 22,58 28,86 52,96 76,82 72,60 48,52 26,70",
            "52,4 30,34 20,70 36,94 62,94 78,76 66,58 40,60 23,80",
        },
        {
            "18,8 48,8 80,7 / 80,7 60,46 42,96",
            "18,8 48,8 80,7 / 80,7 62,44 44,96 / 34,52 54,50 76,50",
            "20,24 18,10 / 18,10 48,10 80,6 / 80,6 58,40 46,70 42,96",
        },
        {
            "72,18 52,4 28,16 34,38 60,52 77,76 52,96 24,78 38,54 64,38 73,18",
            "50,4 28,14 32,38 50,47 68,38 72,14 50,4 / 50,47 24,62 26,88 50,96 74,88 76,62 50,47",
        },
        {
            "74,20 52,4 28,16 26,38 46,50 68,38 74,18 / 74,18 72,56 66,96",
            "74,22 54,4 30,14 24,36 44,50 68,36 74,20 / 74,20 76,56 62,88 30,94",
            "70,10 44,6 26,28 40,46 64,36 72,10 70,50 56,96",
        },
    };

    /** {@code [digit][variant][stroke]}: x and y of each point in turn, 0 .. 1. */
    private static final float[][][][] STROKES =
            Arrays.stream(TEXT).map(DigitStrokes::variants).toArray(float[][][][]::new);

    private DigitStrokes() {}

    static int variants(int digit) {
        return STROKES[digit].length;
    }

    /** The strokes of one variant; not to be changed. */
    static float[][] strokes(int digit, int variant) {
        return STROKES[digit][variant];
    }

    private static float[][][] variants(String[] texts) {
        return Arrays.stream(texts)
                .map(text -> Arrays.stream(text.split(" / ", -1)).map(DigitStrokes::points).toArray(float[][]::new))
                .toArray(float[][][]::new);
    }

    private static float[] points(String text) {
        String[] numbers = text.split("[ ,]", -1);
        float[] points = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            points[i] = Integer.parseInt(numbers[i]) / 100f;
        }
        return points;
    }
}
