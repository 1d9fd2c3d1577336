package dev.gatun.lab;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.secondorder.Lbfgs;
import dev.gatun.optim.secondorder.LbfgsOptions;
import dev.gatun.optim.secondorder.Newton;
import dev.gatun.optim.secondorder.NewtonOptions;
import dev.gatun.optim.secondorder.Objective;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves a point over a surface with exact gradients: by the same kernels that train networks, in f32, or by optimizers
 * that ask for the function, in double.
 */
final class Descent {
    /** Learning rates that are tried: four to a decade, from 1e-6 to 1e3. */
    private static final int FIRST_RATE = -24;
    private static final int LAST_RATE = 12;
    private static final double RATES_PER_DECADE = 4;

    /** The learning rate of optimizers that find the length of a step by themselves. */
    private static final double FULL = 1;

    private static final LbfgsOptions ONE_ITERATION =
            LbfgsOptions.DEFAULTS.withLineSearch(LbfgsOptions.LineSearch.STRONG_WOLFE)
            .withMost(1, LbfgsOptions.DEFAULTS.maxEvaluations());

    private final Device device;
    private final int steps;

    Descent(Device device, int steps) {
        this.device = device;
        this.steps = steps;
    }

    /** The best of all learning rates: see {@link Trajectory#isBetterThan}. */
    Trajectory search(Surface surface, Method method) {
        return switch (method) {
            case Method.Rule rule -> search(surface, rule);
            case Method.Curvature.LBFGS -> {
                try (Lbfgs lbfgs = new Lbfgs(device.memory(), 2, ONE_ITERATION)) {
                    yield run(surface, method, lbfgs::step);
                }
            }
            case Method.Curvature.NEWTON -> {
                try (Newton newton = new Newton(device.memory(), 2, NewtonOptions.DEFAULTS)) {
                    yield run(surface, method, newton::step);
                }
            }
        };
    }

    private Trajectory search(Surface surface, Method.Rule rule) {
        Trajectory best = run(surface, rule, rate(FIRST_RATE));
        for (int i = FIRST_RATE + 1; i <= LAST_RATE; i++) {
            Trajectory next = run(surface, rule, rate(i));
            if (next.isBetterThan(best)) {
                best = next;
            }
        }
        return best;
    }

    private static double rate(int index) {
        return Math.pow(10, index / RATES_PER_DECADE);
    }

    /** A step of an optimizer that asks for the function itself. */
    @FunctionalInterface
    private interface Step {
        double from(Objective objective, MemorySegment point);
    }

    private Trajectory run(Surface surface, Method method, Step step) {
        Objective objective = new SurfaceObjective(surface);
        List<Point> points = new ArrayList<>(steps + 1);
        try (HostBuffer position = device.memory().allocate(Role.PARAMETERS, "point", 2 * Double.BYTES)) {
            SurfaceObjective.write(position.segment(), surface.start());
            Point at = surface.start();
            while (at.isFinite() && points.size() <= steps) {
                points.add(at);
                step.from(objective, position.segment());
                at = SurfaceObjective.read(position.segment());
            }
        }
        return new Trajectory(surface, method, FULL, points, steps);
    }

    Trajectory run(Surface surface, Method.Rule rule, double learningRate) {
        List<Point> points = new ArrayList<>(steps + 1);
        try (Buffer position = device.allocate(Role.PARAMETERS, "point", 2 * Float.BYTES);
                Buffer slope = device.allocate(Role.GRADIENTS, "gradient", 2 * Float.BYTES);
                Optimizer optimizer = new Optimizer(device, position, slope,
                        List.of(rule.contender().numbers().forExactGradients()
                                .with(Scheduled.LEARNING_RATE, learningRate)),
                        List.of(new ElementRange(0, 2, 0)))) {
            write(position, surface.start());
            Point at = surface.start();
            while (at.isFinite() && points.size() <= steps) {
                points.add(at);
                write(slope, surface.gradient(at));
                optimizer.step();
                at = read(position);
            }
        }
        return new Trajectory(surface, rule, learningRate, points, steps);
    }

    private void write(Buffer buffer, Point point) {
        device.upload(MemorySegment.ofArray(new float[] {(float) point.x(), (float) point.y()}), buffer);
    }

    private Point read(Buffer buffer) {
        float[] point = new float[2];
        device.download(buffer, MemorySegment.ofArray(point));
        device.stream().synchronize();
        return new Point(point[0], point[1]);
    }
}
