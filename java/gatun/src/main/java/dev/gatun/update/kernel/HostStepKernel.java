package dev.gatun.update.kernel;

import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.update.Clipping;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** A {@link StepKernel} for devices that compute in host memory: every call is executed before it returns. */
public final class HostStepKernel implements StepKernel {
    private final HostMemory device;
    private final StepRequest request;
    private final UpdateKernel[] kernels;
    private final HostClipper clipper;
    private final LossScaleRule scale;
    private final @Nullable UpdateClaim claim;
    private final boolean clips;
    private final StepBlock block = StepBlock.onHost();
    private final UpdateStep numbers = new UpdateStep();
    private boolean haltedNow;
    private boolean perturbed;

    /** The operations on buffers that it needs of its device. */
    public interface HostMemory {
        /** Copies all bytes of a buffer. */
        void copy(Buffer source, Buffer target);

        /** Applies look-ahead: {@code slow <- slow + rate * (fast - slow)}, then {@code fast <- slow}. */
        void lookAhead(double rate, Buffer fast, Buffer slow);
    }

    /** Creates a kernel that has taken no step. */
    public HostStepKernel(HostMemory device, StepRequest request) {
        this.device = device;
        this.request = request;
        kernels = request.parts().stream().map(StepRequest.Part::kernel).toArray(UpdateKernel[]::new);
        clipper = new HostClipper(request.clipping(), kernels);
        scale = request.scale();
        claim = request.claim();
        clips = !(request.clipping() instanceof Clipping.None) || request.trustNorm() > 0;
        numbers.setClipValue(request.clipValue());
        numbers.setAverageDecay(request.averageDecay());
        block.scale(scale.initial());
    }

    @Override
    public void begin() {
        block.begun(block.begun() + 1);
        block.usedScale(block.scale());
        block.lossSum(0);
        block.batches(0);
    }

    @Override
    public void observe(Buffer loss) {
        float value = HostBuffer.of(loss).segment().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
        haltedNow = false;
        if (block.isHalted()) {
            return;
        }
        block.loss(value);
        block.lossSum(block.lossSum() + value);
        block.batches(block.batches() + 1);
        if (!Float.isFinite(value)) {
            halt(StepBlock.Halt.LOSS);
        }
    }

    private void halt(StepBlock.Halt why) {
        block.halted(why);
        block.haltedAt(block.begun());
        haltedNow = true;
    }

    @Override
    public void keepWhereHalted(Buffer source, Buffer target) {
        if (haltedNow) {
            device.copy(source, target);
        }
    }

    @Override
    public void restoreWhereHalted(Buffer saved, Buffer target) {
        if (block.isHalted()) {
            device.copy(saved, target);
        }
    }

    @Override
    public void update(double gradientScale, boolean checks) {
        block.skipped(true); // until it is taken
        if (block.isHalted()) {
            return;
        }
        double factor = gradientScale / block.scale();
        if (checks || clips || scale.checks()) {
            block.norm(clipper.measure(factor));
            block.firstNonFinite(clipper.firstNonFinite(request.parts()));
            boolean finite = Double.isFinite(block.norm());
            if (finite) {
                factor *= clipper.clip(request.trustNorm());
                run(factor);
            }
            if (scale.checks()) {
                scale.apply(block, finite);
                if (scale.isHopeless(block)) {
                    halt(StepBlock.Halt.GRADIENTS);
                }
            }
        } else {
            block.norm(Double.NaN); // not an older step's
            run(factor);
        }
    }

    /** Claims all memory before any part moves: a step is taken by all rules or by none. */
    private void run(double factor) {
        numbers.setNumber(block.steps() + 1);
        numbers.setGradientScale(factor);
        if (claim != null) {
            claim.begin();
        }
        try {
            for (UpdateKernel kernel : kernels) {
                kernel.run(numbers);
            }
        } finally {
            if (claim != null) {
                claim.end();
            }
        }
        block.steps(block.steps() + 1);
        block.skipped(false);
    }

    @Override
    public void copyBeforeFirst(Buffer source, Buffer target) {
        if (block.steps() == 0) {
            device.copy(source, target);
        }
    }

    @Override
    public void lookAhead(long every, double rate, Buffer fast, Buffer slow) {
        if (!block.skipped() && block.steps() % every == 0) {
            device.lookAhead(rate, fast, slow);
        }
    }

    @Override
    public void copyScale(Buffer target, double weight) {
        HostBuffer.of(target).segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, (float) (block.scale() * weight));
    }

    @Override
    public void perturb(PerturbationKernel perturbation, double radius, double gradientScale) {
        perturbed = false;
        if (block.isHalted()) {
            return;
        }
        double factor = gradientScale / block.scale();
        double norm = perturbation.norm(factor);
        if (Double.isFinite(norm)) {
            perturbation.run(PerturbationKernel.coefficient(radius, factor, norm));
            perturbed = true;
        }
    }

    @Override
    public void restore(Buffer saved, Buffer weights) {
        if (perturbed) {
            device.copy(saved, weights);
            perturbed = false;
        }
    }

    @Override
    public void setSteps(long steps) {
        block.steps(steps);
    }

    @Override
    public void setScale(float newScale, long finiteInARow, long skippedInARow) {
        block.setScale(newScale, finiteInARow, skippedInARow);
    }

    @Override
    public void resume() {
        block.halted(StepBlock.Halt.NONE);
        block.haltedAt(0);
        haltedNow = false;
    }

    @Override
    public void report(MemorySegment target) {
        MemorySegment.copy(block.bytes(), 0, target, 0, StepBlock.BYTES);
    }

    /** Does nothing: the kernels belong to the caller that bound them. */
    @Override
    public void close() {}
}
