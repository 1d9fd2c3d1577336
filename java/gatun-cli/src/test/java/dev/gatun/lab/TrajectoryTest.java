package dev.gatun.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.memory.NoLeaks;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NoLeaks.class)
class TrajectoryTest {
    private static final Surface BOWL = new Surface.Quadratic(1, 0, 1, 0, 0); // starts at a distance of 5
    private static final Method.Rule SGD =
            new Method.Rule(new Contender("sgd", SgdHyperparameters.DEFAULTS.withWeightDecay(0.1)));

    private static Device device;

    @BeforeAll
    static void open() {
        device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));
    }

    @AfterAll
    static void close() {
        device.close();
    }

    private static Trajectory at(double... distances) {
        List<Point> points = new ArrayList<>();
        for (double distance : distances) {
            points.add(new Point(distance, 0));
        }
        return new Trajectory(BOWL, SGD, 1, points, 4);
    }

    @Test
    void countsTheStepsUntilItStaysNear() {
        assertThat(at(5, 1, 0.05, 0.04, 0.01).stepsToTolerance()).isEqualTo(2);
        assertThat(at(5, 0.01, 1, 0.04, 0.01).stepsToTolerance()).as("passing by is not settling").isEqualTo(3);
        assertThat(at(5, 4, 3, 2, 1).stepsToTolerance()).isEqualTo(-1);
        assertThat(at(0, 0, 0, 0, 0).stepsToTolerance()).isZero();
        Trajectory cut = at(5, 0.01);
        assertThat(cut.diverged()).isTrue();
        assertThat(cut.stepsToTolerance()).isEqualTo(-1);
        assertThat(cut.distance()).isInfinite();
    }

    @Test
    void prefersTheSoonerAndThenTheNearer() {
        Trajectory soon = at(5, 0.01, 0.01, 0.01, 0.04);
        Trajectory late = at(5, 4, 0.01, 0.01, 0.001);
        Trajectory near = at(5, 4, 3, 2, 1);
        assertThat(soon.isBetterThan(late)).isTrue();
        assertThat(late.isBetterThan(soon)).isFalse();
        assertThat(late.isBetterThan(near)).isTrue();
        assertThat(near.isBetterThan(late)).isFalse();
        assertThat(near.isBetterThan(at(5, 4, 3, 2, 1.5))).isTrue();
        assertThat(at(5, 4).isBetterThan(near)).as("diverged").isFalse();
    }

    /** {@code x <- x - rate (Px + q)}, without the decay that would move the minimum. */
    @Test
    void goesWhereTheRuleSaysByTheRealKernel() {
        Surface.Quadratic surface = Surface.Quadratic.DEFAULT;
        Trajectory trajectory = new Descent(device, 20).run(surface, SGD, 0.01);
        assertThat(trajectory.points()).hasSize(21).startsWith(surface.start());
        Point expected = surface.start();
        for (Point point : trajectory.points()) {
            assertThat(point.distance(expected)).isLessThan(1e-5);
            Point gradient = surface.gradient(expected);
            expected = new Point(expected.x() - 0.01 * gradient.x(), expected.y() - 0.01 * gradient.y());
        }
    }

    @Test
    void endsBeforeAPointThatIsNotFinite() {
        Trajectory trajectory = new Descent(device, 500).run(Surface.Quadratic.DEFAULT, SGD, 1);
        assertThat(trajectory.diverged()).isTrue();
        assertThat(trajectory.points()).allMatch(Point::isFinite).hasSizeBetween(10, 400);
    }

    @Test
    void newtonReachesAQuadraticsMinimumInOneStep() {
        Trajectory trajectory = new Descent(device, 5).search(Surface.Quadratic.DEFAULT, Method.Curvature.NEWTON);
        assertThat(trajectory.stepsToTolerance()).isEqualTo(1);
        assertThat(trajectory.distance()).isLessThan(1e-12);
    }

    @ParameterizedTest
    @EnumSource(Method.Curvature.class)
    void curvatureLeadsThroughTheValleyAndOffTheRidge(Method.Curvature method) {
        for (Surface surface : List.of(new Surface.Rosenbrock(), new Surface.Saddle())) {
            Trajectory trajectory = new Descent(device, 100).search(surface, method);
            assertThat(trajectory.stepsToTolerance()).as(surface.name()).isBetween(2, 60);
            assertThat(trajectory.distance()).as(surface.name()).isLessThan(1e-4);
            assertThat(trajectory.points()).hasSize(101);
        }
    }

    /** On a bowl of curvature 1 a step of 1 is right at once; the grid of rates holds it. */
    @Test
    void searchFindsTheBestLearningRate() {
        Trajectory best = new Descent(device, 50).search(BOWL, SGD);
        assertThat(best.learningRate()).isCloseTo(1, within(1e-12));
        assertThat(best.stepsToTolerance()).isEqualTo(1);
        assertThat(best.distance()).isZero();
    }
}
