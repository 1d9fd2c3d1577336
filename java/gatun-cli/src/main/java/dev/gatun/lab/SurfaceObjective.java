package dev.gatun.lab;

import dev.gatun.optim.secondorder.Objective;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A surface as closure-based optimizers see it: two numbers in double. */
record SurfaceObjective(Surface surface) implements Objective.WithHessian {
    private static final ValueLayout.OfDouble NUMBER = ValueLayout.JAVA_DOUBLE;

    @Override
    public double evaluate(MemorySegment point, MemorySegment gradient) {
        Point at = read(point);
        write(gradient, surface.gradient(at));
        return surface.value(at);
    }

    @Override
    public void hessian(MemorySegment point, MemorySegment hessian) {
        Surface.Hessian second = surface.hessian(read(point));
        hessian.setAtIndex(NUMBER, 0, second.xx());
        hessian.setAtIndex(NUMBER, 1, second.xy());
        hessian.setAtIndex(NUMBER, 2, second.xy());
        hessian.setAtIndex(NUMBER, 3, second.yy());
    }

    static Point read(MemorySegment point) {
        return new Point(point.getAtIndex(NUMBER, 0), point.getAtIndex(NUMBER, 1));
    }

    static void write(MemorySegment memory, Point point) {
        memory.setAtIndex(NUMBER, 0, point.x());
        memory.setAtIndex(NUMBER, 1, point.y());
    }
}
