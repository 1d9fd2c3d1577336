package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kernels of one stage of a program, in the order in which they run. Running them allocates nothing. */
final class StageKernels {
    private final Device device;
    private final Kernel[] kernels;
    private final KernelReport[] reports;

    /** @param steps those that have something to run */
    StageKernels(Device device, List<Program.BoundStep> steps) {
        this.device = device;
        kernels = steps.stream().map(bound -> Objects.requireNonNull(bound.kernel())).toArray(Kernel[]::new);
        reports = steps.stream().map(bound -> KernelReport.of(bound.step())).toArray(KernelReport[]::new);
    }

    int count() {
        return kernels.length;
    }

    void run(@Nullable KernelObserver observer) {
        for (int i = 0; i < kernels.length; i++) {
            run(i, observer);
        }
    }

    void run(int index, @Nullable KernelObserver observer) {
        if (observer == null) {
            kernels[index].run();
            return;
        }
        device.stream().synchronize();
        observer.beforeKernel(reports[index]);
        long begin = System.nanoTime();
        kernels[index].run();
        device.stream().synchronize();
        long end = System.nanoTime();
        observer.onKernel(reports[index], begin, end);
    }
}
