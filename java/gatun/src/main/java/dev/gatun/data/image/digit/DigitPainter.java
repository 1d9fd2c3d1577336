package dev.gatun.data.image.digit;

import dev.gatun.data.SeededRandom;
import java.util.Arrays;

/**
 * Draws one digit: chooses how it is written, bends and distorts its strokes, and lays them down with a round pen whose
 * edge is smoothed by its distance to each pixel. The arithmetic gives the same bytes on every machine.
 */
public final class DigitPainter {
    /** Rows and columns of an image. */
    public static final int SIZE = 28;

    /** Height of a written digit in pixels, before it is scaled. */
    private static final double HEIGHT = 20;

    /** How many straight pieces a curve has between two of its points. */
    private static final int PIECES = 5;

    private final SeededRandom random;
    // How far each pixel's centre lies within the pen's widest trace, in pixels; below -1 is outside.
    private final float[] depth = new float[SIZE * SIZE];

    // Box to pixels: x' = xx * x + xy * y + x0, likewise y'.
    private double xx;
    private double xy;
    private double yx;
    private double yy;
    private double x0;
    private double y0;

    // A wave through the box that bends the digit: one phase for each of its four parts.
    private final double[] phases = new double[4];
    private double bend;

    private double radius;
    private double pressure;

    /** Creates a painter that takes its choices from a source of random numbers. */
    public DigitPainter(SeededRandom random) {
        this.random = random;
    }

    /** Draws a digit, light on dark: unsigned bytes {@code [SIZE][SIZE]}. */
    public void paint(int digit, byte[] pixels) {
        float[][] strokes = DigitStrokes.strokes(digit, random.nextInt(DigitStrokes.variants(digit)));
        choose();
        Arrays.fill(depth, -2);
        for (float[] stroke : strokes) {
            trace(wobble(stroke));
        }
        develop(pixels);
    }

    private void choose() {
        double angle = 0.16 * random.bell();
        double shear = 0.18 * random.bell();
        double height = HEIGHT * random.uniform(0.78, 1.12);
        double width = height * random.uniform(0.72, 1.15);
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        xx = cos * width;
        xy = (-cos * shear - sin) * height;
        yx = sin * width;
        yy = (-sin * shear + cos) * height;
        x0 = SIZE / 2.0 + 1.1 * random.bell();
        y0 = SIZE / 2.0 + 1.1 * random.bell();
        for (int i = 0; i < phases.length; i++) {
            phases[i] = random.uniform(0, 2 * Math.PI);
        }
        bend = random.uniform(0, 0.055);
        radius = random.uniform(0.75, 1.7);
        pressure = random.uniform(0, 0.25);
    }

    /** The points of a stroke in pixels. The wave depends on the place only, so that strokes that meet still do. */
    private double[] wobble(float[] stroke) {
        double[] points = new double[stroke.length];
        double shiftX = 0.012 * random.bell();
        double shiftY = 0.012 * random.bell();
        for (int i = 0; i < stroke.length; i += 2) {
            double x = stroke[i] - 0.5;
            double y = stroke[i + 1] - 0.5;
            double waveX = StrictMath.sin(5 * y + phases[0]) + 0.6 * StrictMath.sin(8 * x + phases[1]);
            double waveY = StrictMath.sin(5 * x + phases[2]) + 0.6 * StrictMath.sin(8 * y + phases[3]);
            double u = x + bend * waveX + shiftX + 0.012 * random.bell();
            double v = y + bend * waveY + shiftY + 0.012 * random.bell();
            points[i] = xx * u + xy * v + x0;
            points[i + 1] = yx * u + yy * v + y0;
        }
        return points;
    }

    /** A Catmull-Rom curve through the points, as straight pieces. */
    private void trace(double[] points) {
        int last = points.length / 2 - 1;
        double phase = random.uniform(0, 2 * Math.PI);
        double fromX = points[0];
        double fromY = points[1];
        for (int i = 0; i < last; i++) {
            int before = 2 * Math.max(0, i - 1);
            int after = 2 * Math.min(last, i + 2);
            double pen = radius * (1 + pressure * StrictMath.sin(phase + 1.3 * i));
            for (int piece = 1; piece <= PIECES; piece++) {
                double t = (double) piece / PIECES;
                double toX = curve(points[before], points[2 * i], points[2 * i + 2], points[after], t);
                double toY = curve(points[before + 1], points[2 * i + 1], points[2 * i + 3], points[after + 1], t);
                draw((float) fromX, (float) fromY, (float) toX, (float) toY, (float) pen);
                fromX = toX;
                fromY = toY;
            }
        }
    }

    private static double curve(double before, double from, double to, double after, double t) {
        double a = 3 * (from - to) + after - before;
        double b = 2 * before - 5 * from + 4 * to - after;
        return from + 0.5 * t * (to - before + t * (b + t * a));
    }

    /** Deepens the pixels around one straight piece. */
    private void draw(float ax, float ay, float bx, float by, float pen) {
        float reach = pen + 1;
        int left = Math.max(0, (int) (Math.min(ax, bx) - reach));
        int right = Math.min(SIZE - 1, (int) (Math.max(ax, bx) + reach));
        int top = Math.max(0, (int) (Math.min(ay, by) - reach));
        int bottom = Math.min(SIZE - 1, (int) (Math.max(ay, by) + reach));
        float dx = bx - ax;
        float dy = by - ay;
        float perLength = 1 / Math.max(1e-9f, dx * dx + dy * dy);
        for (int row = top; row <= bottom; row++) {
            for (int column = left; column <= right; column++) {
                float px = column + 0.5f - ax;
                float py = row + 0.5f - ay;
                float along = Math.clamp((px * dx + py * dy) * perLength, 0f, 1f);
                float offX = px - along * dx;
                float offY = py - along * dy;
                float inside = pen - (float) Math.sqrt(offX * offX + offY * offY);
                int at = row * SIZE + column;
                depth[at] = Math.max(depth[at], inside);
            }
        }
    }

    /** Ink, contrast and noise: depth to unsigned bytes. */
    private void develop(byte[] pixels) {
        double sharpness = random.uniform(0.6, 1.2);
        double ink = random.uniform(140, 255);
        double paper = random.uniform(0, 30);
        double noise = random.uniform(3, 22);
        for (int i = 0; i < depth.length; i++) {
            double cover = Math.clamp(0.5 + depth[i] * sharpness, 0, 1);
            double value = paper + (ink - paper) * cover + noise * random.bell();
            pixels[i] = (byte) Math.clamp(Math.round(value), 0, 255);
        }
    }
}
