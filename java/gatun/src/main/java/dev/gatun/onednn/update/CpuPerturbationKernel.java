package dev.gatun.onednn.update;

import dev.gatun.bindings.gatun.gatun_range;
import dev.gatun.ffi.NativeOwner;
import dev.gatun.memory.HostBuffer;
import dev.gatun.onednn.primitive.CpuEngine;
import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.PerturbationRequest;
import dev.gatun.update.kernel.Sharpness;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The norm of the gradients and the perturbation, a native call each. */
public final class CpuPerturbationKernel implements PerturbationKernel {
    private final CpuEngine engine;
    private final NativeOwner owner;
    private final PerturbationRequest request;
    private final MemorySegment parameters;
    private final MemorySegment gradients;
    private final MemorySegment saved;
    private final MemorySegment all; // one range
    private final MemorySegment norm;
    private final MemorySegment firstNonFinite;

    public CpuPerturbationKernel(CpuEngine engine, NativeOwner owner, PerturbationRequest request) {
        this.engine = engine;
        this.owner = owner;
        this.request = request;
        parameters = HostBuffer.of(request.parameters()).segment();
        gradients = HostBuffer.of(request.gradients()).segment();
        saved = HostBuffer.of(request.saved()).segment();
        all = gatun_range.allocate(owner.arena()); // from 0, of group 0
        gatun_range.end(all, request.elements());
        norm = owner.arena().allocate(ValueLayout.JAVA_DOUBLE);
        firstNonFinite = owner.arena().allocate(ValueLayout.JAVA_LONG);
    }

    private void check() {
        engine.checkThread();
        owner.checkOpen();
    }

    @Override
    public double norm(double gradientScale) {
        check();
        return switch (request.sharpness()) {
            case PLAIN -> OptimizerKernels.gradientNorm(
                    all, request.elements(), gradients, gradientScale, norm, firstNonFinite);
            case ADAPTIVE -> OptimizerKernels.weightedGradientNorm(all, request.elements(), parameters,
                    gradients, gradientScale, norm, firstNonFinite);
        };
    }

    @Override
    public void run(double coefficient) {
        check();
        OptimizerKernels.perturb(all, request.elements(), coefficient, request.sharpness() == Sharpness.ADAPTIVE ? 1
                : 0,
                parameters, gradients, saved);
    }

    @Override
    public void close() {
        engine.checkThread();
        engine.release(owner);
    }
}
