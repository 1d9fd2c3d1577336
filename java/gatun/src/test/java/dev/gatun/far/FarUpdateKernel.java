package dev.gatun.far;

import dev.gatun.memory.Buffer;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.kernel.UpdateKernel;
import dev.gatun.update.kernel.UpdateRequest;
import dev.gatun.update.kernel.UpdateStep;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The reference's step, submitted. What the host would change meanwhile is copied when it is submitted. */
final class FarUpdateKernel implements UpdateKernel {
    private final FarDevice device;
    private final UpdateRequest request;
    private final UpdateKernel near;
    private boolean closed;

    FarUpdateKernel(FarDevice device, UpdateRequest request) {
        this.device = device;
        this.request = request;
        FarBuffer parameters = device.own(request.parameters());
        FarBuffer gradients = device.own(request.gradients());
        Map<String, FarBuffer> states = own(request.states());
        FarBuffer average = own(request.average());
        FarBuffer copy = own(request.copy());
        Map<String, FarBuffer> scales = own(request.scales());
        near = device.queue().call(() -> device.nearDevice()
                .bindUpdate(new UpdateRequest(request.groups(), request.ranges(),
                device.near(parameters), device.near(gradients), near(states), near(average), request.weights(),
                near(copy),
                near(scales))));
    }

    private @Nullable FarBuffer own(@Nullable Buffer buffer) {
        return buffer == null ? null : device.own(buffer);
    }

    private Map<String, FarBuffer> own(Map<String, Buffer> buffers) {
        Map<String, FarBuffer> own = new LinkedHashMap<>();
        buffers.forEach((name, buffer) -> own.put(name, device.own(buffer)));
        return own;
    }

    private @Nullable Buffer near(@Nullable FarBuffer buffer) {
        return buffer == null ? null : device.near(buffer);
    }

    private Map<String, Buffer> near(Map<String, FarBuffer> buffers) {
        Map<String, Buffer> nearBuffers = new LinkedHashMap<>();
        buffers.forEach((name, buffer) -> nearBuffers.put(name, device.near(buffer)));
        return nearBuffers;
    }

    private void submit(Runnable work) {
        if (closed) {
            throw new IllegalStateException("the optimizer step is closed");
        }
        device.queue().submit(work);
    }

    /** The reference's kernel, for the stream's thread alone. */
    UpdateKernel near() {
        return near;
    }

    @Override
    public int ranges() {
        return request.ranges().size();
    }

    @Override
    public void set(int group, Hyperparameters hyperparameters) {
        request.checkChange(group, hyperparameters);
        submit(() -> near.set(group, hyperparameters));
    }

    @Override
    public void set(int group, Scheduled what, double value) {
        submit(() -> near.set(group, what, value));
    }

    @Override
    public double gradientNorm(double gradientScale) {
        return device.queue().call(() -> near.gradientNorm(gradientScale));
    }

    @Override
    public void gradientNorms(double gradientScale, double[] norms) {
        request.checkRanges("norms", norms);
        submit(() -> near.gradientNorms(gradientScale, norms));
        device.queue().synchronize();
    }

    @Override
    public void weightNorms(double[] norms) {
        request.checkRanges("norms", norms);
        submit(() -> near.weightNorms(norms));
        device.queue().synchronize();
    }

    @Override
    public void setRangeCoefficients(double[] coefficients) {
        request.checkCoefficients(coefficients);
        double[] copy = coefficients.clone();
        submit(() -> near.setRangeCoefficients(copy));
    }

    @Override
    public long firstNonFinite() {
        return device.queue().call(near::firstNonFinite);
    }

    @Override
    public void run(UpdateStep step) {
        UpdateStep copy = new UpdateStep();
        copy.setNumber(step.number());
        copy.setGradientScale(step.gradientScale());
        copy.setClipValue(step.clipValue());
        copy.setAverageDecay(step.averageDecay());
        submit(() -> near.run(copy));
    }

    @Override
    public void decodeState(String name, Buffer values) {
        request.checkDecoded(name, values);
        FarBuffer far = device.own(values);
        submit(() -> near.decodeState(name, device.near(far)));
    }

    @Override
    public void encodeState(String name, Buffer values) {
        request.checkDecoded(name, values);
        FarBuffer far = device.own(values);
        submit(() -> near.encodeState(name, device.near(far)));
    }

    @Override
    public void close() {
        if (!closed) {
            submit(near::close);
            closed = true;
        }
    }
}
