package dev.gatun.far;

import dev.gatun.memory.Buffer;
import dev.gatun.update.kernel.LookaheadBuffers;
import dev.gatun.update.kernel.PerturbationKernel;
import dev.gatun.update.kernel.StepKernel;
import dev.gatun.update.kernel.StepRequest;
import dev.gatun.update.kernel.UpdateClaim;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reference's decisions, made on the far device's thread when their turn comes. */
final class FarStepKernel implements StepKernel {
    private final FarDevice device;
    private final @Nullable UpdateClaim claim;
    private final StepKernel near;

    FarStepKernel(FarDevice device, StepRequest request) {
        this.device = device;
        this.claim = request.claim();
        List<StepRequest.Part> parts = new ArrayList<>();
        for (StepRequest.Part part : request.parts()) {
            parts.add(new StepRequest.Part(((FarUpdateKernel) part.kernel()).near(), part.begin()));
        }
        near = device.queue().call(() -> device.nearDevice().bindSteps(new StepRequest(parts, request.clipping(),
                request.clipValue(), request.trustNorm(), request.averageDecay(), request.scale(), null)));
    }

    private void submit(Runnable work) {
        device.queue().submit(work);
    }

    @Override
    public void begin() {
        submit(near::begin);
    }

    @Override
    public void observe(Buffer loss) {
        FarBuffer far = device.own(loss);
        submit(() -> near.observe(device.near(far)));
    }

    @Override
    public void keepWhereHalted(Buffer source, Buffer target) {
        FarBuffer from = device.own(source);
        FarBuffer to = device.own(target);
        submit(() -> near.keepWhereHalted(device.near(from), device.near(to)));
    }

    @Override
    public void restoreWhereHalted(Buffer saved, Buffer target) {
        FarBuffer from = device.own(saved);
        FarBuffer to = device.own(target);
        submit(() -> near.restoreWhereHalted(device.near(from), device.near(to)));
    }

    @Override
    public void update(double gradientScale, boolean checks) {
        if (claim != null) {
            claim.checkOpen();
        }
        submit(() -> near.update(gradientScale, checks));
    }

    @Override
    public void copyBeforeFirst(Buffer source, Buffer target) {
        FarBuffer from = device.own(source);
        FarBuffer to = device.own(target);
        submit(() -> near.copyBeforeFirst(device.near(from), device.near(to)));
    }

    @Override
    public void lookAhead(long every, double rate, Buffer fast, Buffer slow) {
        FarBuffer one = device.own(fast);
        FarBuffer other = device.own(slow);
        LookaheadBuffers.check(rate, fast, slow);
        submit(() -> near.lookAhead(every, rate, device.near(one), device.near(other)));
    }

    @Override
    public void copyScale(Buffer target, double weight) {
        FarBuffer far = device.own(target);
        submit(() -> near.copyScale(device.near(far), weight));
    }

    @Override
    public void perturb(PerturbationKernel perturbation, double radius, double gradientScale) {
        PerturbationKernel nearMove = ((FarPerturbationKernel) perturbation).near();
        submit(() -> near.perturb(nearMove, radius, gradientScale));
    }

    @Override
    public void restore(Buffer saved, Buffer weights) {
        FarBuffer from = device.own(saved);
        FarBuffer to = device.own(weights);
        submit(() -> near.restore(device.near(from), device.near(to)));
    }

    @Override
    public void setSteps(long steps) {
        submit(() -> near.setSteps(steps));
    }

    @Override
    public void setScale(float scale, long finiteInARow, long skippedInARow) {
        submit(() -> near.setScale(scale, finiteInARow, skippedInARow));
    }

    @Override
    public void resume() {
        submit(near::resume);
    }

    @Override
    public void report(MemorySegment target) {
        target.fill(FarDevice.POISON); // for whoever reads it early
        submit(() -> near.report(target));
    }

    @Override
    public void close() {
        submit(near::close);
    }
}
