package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.Lowering;
import dev.gatun.engine.Step.Stage;
import dev.gatun.engine.Step.Tensor;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.shape.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A compiled graph: a flat list of ready-bound kernels over a few slabs. A training step is {@link #prepack},
 * {@link #forward}, a look at the loss, {@link #backward}, an optimizer step, {@link #updateRunningStatistics}; running
 * any of them allocates nothing. It belongs to its device's thread. The variables are shared and stay when a program
 * closes.
 */
public final class Program implements AutoCloseable {
    static final long RANDOM_BYTES = 16;
    static final long LOSS_SCALE_BYTES = Float.BYTES;

    private final Graph graph;
    private final Device device;
    private final Lowering lowering;
    private final Variables variables;
    private final List<BoundStep> steps;
    private final Schedule schedule;
    private final Map<Tensor, Buffer> memory;
    private final Buffer random;
    private final Buffer lossScale;
    private final List<Buffer> owned;
    private final KernelChoices choices;
    private final MemoryUse memoryUse;
    private final Kernel[] prepack;
    private final Kernel[] forward;
    private final Kernel[] backward;
    private final FinalGradient[] finalGradients;
    private final Kernel[] runningStatistics;
    private final Thread thread = Thread.currentThread();
    private boolean closed;

    /** A step with its kernel (null for a view) and the memory it writes. */
    record BoundStep(Step step, @Nullable Kernel kernel, List<Buffer> outputs) {}

    /**
     * Memory of one program.
     *
     * @param activationBytes size of the slab that activations and their gradients share
     * @param peakBytes       the most of it that is alive at once: no plan could need less
     * @param workspaceBytes  scratch of the largest kernel
     */
    public record MemoryUse(long activationBytes, long peakBytes, long workspaceBytes) {}

    /** Where a number stopped being finite. */
    public record NonFinite(String layer, String what) {
        @Override
        public String toString() {
            return layer + " (" + what + ")";
        }
    }

    Program(
            Graph graph, Device device, Lowering lowering, Variables variables, List<BoundStep> steps,
            Schedule schedule,
            Map<Tensor, Buffer> memory, Buffer random, Buffer lossScale, List<Buffer> owned,
            KernelChoices choices, MemoryUse memoryUse) {
        this.graph = graph;
        this.device = device;
        this.lowering = lowering;
        this.variables = variables;
        this.steps = steps;
        this.schedule = schedule;
        this.memory = memory;
        this.random = random;
        this.lossScale = lossScale;
        this.owned = owned;
        this.choices = choices;
        this.memoryUse = memoryUse;
        this.prepack = kernels(Stage.PREPACK);
        this.forward = kernels(Stage.FORWARD);
        this.backward = kernels(Stage.BACKWARD);
        this.finalGradients = FinalGradient.inOrder(
                running(Stage.BACKWARD).map(bound -> bound.step.outputs()).toList(), schedule.gradientTensors(),
                variables);
        this.runningStatistics = kernels(Stage.RUNNING_STATISTICS);
        variables.retain(); // kernels hold bare addresses of all these
        owned.forEach(Buffer::retain);
        scaleLoss(1);
    }

    private Kernel[] kernels(Stage stage) {
        return running(stage).map(bound -> bound.kernel).toArray(Kernel[]::new);
    }

    /** The steps of a stage that have something to run. */
    private Stream<BoundStep> running(Stage stage) {
        return steps.stream().filter(bound -> bound.step.stage() == stage && bound.kernel != null);
    }

    /** The graph this program computes. */
    public Graph graph() {
        return graph;
    }

    /** The device it runs on. */
    public Device device() {
        return device;
    }

    /** The variables it reads and, in training, writes gradients for. */
    public Variables variables() {
        return variables;
    }

    /** What was chosen for it: a compile of the same graph with these recorded makes the same program. */
    public KernelChoices choices() {
        return choices;
    }

    /** What its memory plan needs, variables left out. */
    public MemoryUse memoryUse() {
        return memoryUse;
    }

    /** The memory of an input, channels last where it is an image: to be filled before {@link #forward}. */
    public Buffer input(String name) {
        checkOpen();
        return memory(schedule.original(graph.input(name)));
    }

    /** The memory of an output, row-major, channels last where it is an image. */
    public Buffer output(String name) {
        checkOpen();
        return memory(schedule.shown(graph.output(name)));
    }

    private Buffer memory(Tensor tensor) {
        Buffer buffer = memory.get(tensor);
        if (buffer == null) {
            throw new IllegalStateException("no memory was planned for " + tensor.value());
        }
        return buffer;
    }

    /** Sets where the random numbers of the run stand; every step has numbers of its own. */
    public void randomize(long seed, long step) {
        checkOpen();
        device.write(random, seed, step);
    }

    /**
     * Multiplies all gradients of the next backward passes by a factor; the loss that is reported stays. 1 at first.
     */
    public void scaleLoss(float factor) {
        checkOpen();
        device.write(lossScale, factor);
    }

    /** Where {@link #scaleLoss} puts its factor, for a device that decides it: (1) f32. */
    public Buffer lossScale() {
        checkOpen();
        return lossScale;
    }

    /** Brings the parameters into the layouts that kernels want: needed once after each change of a parameter. */
    public void prepack() {
        run(prepack);
    }

    /** Computes the outputs from the inputs. Changes no variable. */
    public void forward() {
        run(forward);
    }

    /** Computes the gradients of the latest forward pass. */
    public void backward() {
        run(backward);
    }

    /**
     * The same, and tells after each kernel which gradients it made final: every gradient once, in an order that is the
     * same in every pass.
     */
    public void backward(GradientListener listener) {
        checkOpen();
        int next = 0;
        for (int i = 0; i < backward.length; i++) {
            backward[i].run();
            for (; next < finalGradients.length && finalGradients[next].kernel() == i; next++) {
                listener.onFinal(finalGradients[next].firstByte(), finalGradients[next].bytes());
            }
        }
    }

    /** Updates the buffers from the latest forward pass. */
    public void updateRunningStatistics() {
        run(runningStatistics);
    }

    private void run(Kernel[] kernels) {
        checkOpen();
        for (Kernel kernel : kernels) {
            kernel.run();
        }
    }

    /**
     * Finds out why an output is not finite: looks at the inputs, the variables, then repeats the forward pass kernel
     * by kernel and looks at every result while it is fresh. Empty when everything is finite.
     */
    public Optional<NonFinite> locateNonFinite() {
        checkOpen();
        for (Value input : graph.inputs()) {
            if (isNonFinite(input.type().dtype(), memory(schedule.original(input)))) {
                return Optional.of(new NonFinite(input.name(), "the input itself"));
            }
        }
        for (Value value : graph.variables()) {
            if (isNonFinite(value.type().dtype(), memory(schedule.original(value)))) {
                return Optional.of(new NonFinite(value.name(), "the parameter itself: an earlier update overflowed"));
            }
        }
        for (BoundStep bound : steps) {
            if (bound.step.stage() != Stage.FORWARD || bound.kernel == null) {
                continue;
            }
            bound.kernel.run();
            for (int i = 0; i < bound.outputs.size(); i++) {
                DType dtype = bound.step.outputs().get(i).stored().type().dtype();
                if (isNonFinite(dtype, bound.outputs.get(i))) {
                    return Optional.of(new NonFinite(bound.step.label(), "output of " + bound.step.operation()));
                }
            }
        }
        return Optional.empty();
    }

    private boolean isNonFinite(DType dtype, Buffer buffer) {
        return dtype.isFloating() && device.findNonFinite(dtype, buffer) >= 0;
    }

    /** Every kernel with what was chosen for it, in the order they run. */
    public List<KernelReport> explain() {
        return steps.stream().map(bound -> KernelReport.of(bound.step)).toList();
    }

    private void checkOpen() {
        Variables.checkThread(thread, "the program");
        if (closed) {
            throw new IllegalStateException("the program is closed");
        }
        variables.checkOpen();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        Variables.checkThread(thread, "the program");
        closed = true;
        try {
            lowering.close();
        } finally {
            try {
                owned.forEach(Buffer::release);
                Closing.inReverse(owned);
            } finally {
                variables.release();
            }
        }
    }
}
