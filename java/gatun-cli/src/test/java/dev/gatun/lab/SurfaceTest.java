package dev.gatun.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.lab.report.Contours;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SurfaceTest {
    static Stream<Surface> surfaces() {
        return Stream.of(Surface.Quadratic.DEFAULT, new Surface.Quadratic(2, -1, 3, 0.5, 0.25),
                new Surface.Rosenbrock(),
                new Surface.Saddle());
    }

    @ParameterizedTest
    @MethodSource("surfaces")
    void gradientsAreThoseOfTheValue(Surface surface) {
        double step = 1e-6;
        for (Point at : List.of(surface.start(), new Point(0.3, -0.7), new Point(-1.1, 0.4))) {
            Point gradient = surface.gradient(at);
            double x = surface.value(new Point(at.x() + step, at.y()))
                    - surface.value(new Point(at.x() - step, at.y()));
            double y = surface.value(new Point(at.x(), at.y() + step))
                    - surface.value(new Point(at.x(), at.y() - step));
            assertThat(gradient.x()).isCloseTo(x / 2 / step, within(1e-5));
            assertThat(gradient.y()).isCloseTo(y / 2 / step, within(1e-5));
        }
    }

    @ParameterizedTest
    @MethodSource("surfaces")
    void hessiansAreThoseOfTheGradient(Surface surface) {
        double step = 1e-6;
        for (Point at : List.of(surface.start(), new Point(0.3, -0.7))) {
            Surface.Hessian hessian = surface.hessian(at);
            Point right = surface.gradient(new Point(at.x() + step, at.y()));
            Point left = surface.gradient(new Point(at.x() - step, at.y()));
            Point above = surface.gradient(new Point(at.x(), at.y() + step));
            Point below = surface.gradient(new Point(at.x(), at.y() - step));
            assertThat(hessian.xx()).isCloseTo((right.x() - left.x()) / 2 / step, within(1e-3));
            assertThat(hessian.xy()).isCloseTo((right.y() - left.y()) / 2 / step, within(1e-3));
            assertThat(hessian.yy()).isCloseTo((above.y() - below.y()) / 2 / step, within(1e-3));
        }
    }

    @ParameterizedTest
    @MethodSource("surfaces")
    void minimaAreFlatLowAndInThePicture(Surface surface) {
        for (Point minimum : surface.minima()) {
            Point gradient = surface.gradient(minimum);
            assertThat(Math.hypot(gradient.x(), gradient.y())).isLessThan(1e-9);
            for (Point beside : List.of(new Point(0.01, 0), new Point(-0.01, 0), new Point(0, 0.01),
                    new Point(0.01, -0.01))) {
                assertThat(surface.value(new Point(minimum.x() + beside.x(), minimum.y() + beside.y())))
                        .isGreaterThan(surface.value(minimum));
            }
        }
        for (Point point : Stream.concat(surface.minima().stream(), Stream.of(surface.start())).toList()) {
            assertThat(point.x()).isBetween(surface.window().left(), surface.window().right());
            assertThat(point.y()).isBetween(surface.window().bottom(), surface.window().top());
        }
    }

    @Test
    void theDefaultQuadraticHasTheCurvaturesItSays() {
        Surface.Quadratic p = Surface.Quadratic.DEFAULT;
        double trace = p.xx() + p.yy();
        double root = Math.sqrt(trace * trace / 4 - (p.xx() * p.yy() - p.xy() * p.xy()));
        assertThat(trace / 2 + root).isCloseTo(50, within(0.01));
        assertThat(trace / 2 - root).isCloseTo(1, within(0.01));
    }

    @Test
    void theNearerMinimumCounts() {
        assertThat(new Surface.Saddle().distance(new Point(0, -3))).isEqualTo(2);
        assertThat(new Surface.Saddle().distance(new Point(0, 1.5))).isEqualTo(0.5);
    }

    @Test
    void refusesAQuadraticWithoutMinimum() {
        for (Runnable make : List.<Runnable>of(() -> new Surface.Quadratic(1, 2, 1, 0, 0),
                () -> new Surface.Quadratic(-1, 0, -1, 0, 0), () -> new Surface.Quadratic(1, 0, 1, Double.NaN, 0))) {
            assertThatThrownBy(make::run).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("P = [[");
        }
    }

    @Test
    void contoursOfABowlAreCircles() {
        Surface bowl = new Surface.Quadratic(2, 0, 2, 0, 0); // x^2 + y^2
        List<List<Point>> lines = new Contours(bowl).lines(1);
        assertThat(lines).as("one line, closed").hasSize(1);
        List<Point> line = lines.getFirst();
        assertThat(line.getLast()).isEqualTo(line.getFirst());
        double length = 0;
        for (int i = 0; i < line.size(); i++) {
            assertThat(Math.hypot(line.get(i).x(), line.get(i).y())).isCloseTo(1, within(0.004));
            length += i == 0 ? 0 : line.get(i).distance(line.get(i - 1));
        }
        assertThat(length).isCloseTo(2 * Math.PI, within(0.01));
    }

    @Test
    void contourLevelsRiseWithinTheSurface() {
        Contours contours = new Contours(new Surface.Rosenbrock());
        assertThat(contours.levels()).isSorted().allMatch(level -> !contours.lines(level).isEmpty());
    }
}
