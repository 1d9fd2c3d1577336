package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.Lowering;
import dev.gatun.engine.Step.Stage;
import dev.gatun.engine.Step.Tensor;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Retention;
import dev.gatun.memory.ThreadConfinement;
import dev.gatun.shape.DType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A compiled graph: a flat list of bound kernels over a few slabs of memory. A training step consists of
 * {@link #prepack}, {@link #forward}, a check of the loss, {@link #backward}, an optimizer step and
 * {@link #updateRunningStatistics}; none of them allocates. A program belongs to its device's thread. Its variables are
 * shared and remain open when it is closed.
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
    private final AcrossRanks across;
    private final KernelChoices choices;
    private final MemoryUse memoryUse;
    private final Retention retention; // kernels hold bare addresses
    private final StageKernels prepack;
    private final StageKernels forward;
    private final StageKernels backward;
    private final FinalGradient[] finalGradients;
    private final StageKernels runningStatistics;
    private final ThreadConfinement confinement = new ThreadConfinement("the program");
    private @Nullable KernelObserver observer;

    /** A step with its kernel (null for a view) and the memory it writes. */
    record BoundStep(Step step, @Nullable Kernel kernel, List<Buffer> outputs) {}

    /**
     * Memory of a program, in bytes.
     *
     * @param activationBytes size of the slab of activations and their gradients
     * @param peakBytes       the most of it in use at once: a lower bound of any plan
     * @param workspaceBytes  scratch memory of the kernel that needs most
     */
    public record MemoryUse(long activationBytes, long peakBytes, long workspaceBytes) {}

    /** The first place where a value is not finite. */
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
            AcrossRanks across, KernelChoices choices, MemoryUse memoryUse) {
        this.graph = graph;
        this.device = device;
        this.lowering = lowering;
        this.variables = variables;
        this.steps = steps;
        this.schedule = schedule;
        this.memory = memory;
        this.random = random;
        this.lossScale = lossScale;
        this.owned = List.copyOf(owned);
        this.across = across;
        this.choices = choices;
        this.memoryUse = memoryUse;
        this.prepack = kernels(Stage.PREPACK);
        this.forward = kernels(Stage.FORWARD);
        this.backward = kernels(Stage.BACKWARD);
        this.finalGradients = FinalGradient.inOrder(
                running(Stage.BACKWARD).map(bound -> bound.step.outputs()).toList(), schedule.gradientTensors(),
                variables);
        this.runningStatistics = kernels(Stage.RUNNING_STATISTICS);
        scaleLoss(1);
        retention = new Retention(Stream.concat(owned.stream(), variables.slabs()).toList());
        retention.begin();
    }

    private StageKernels kernels(Stage stage) {
        return new StageKernels(device, running(stage).toList());
    }

    /** The steps of a stage that have something to run. */
    private Stream<BoundStep> running(Stage stage) {
        return steps.stream().filter(bound -> bound.step.stage() == stage && bound.kernel != null);
    }

    /** Returns the graph that this program computes. */
    public Graph graph() {
        return graph;
    }

    /** Returns the device it runs on. */
    public Device device() {
        return device;
    }

    /**
     * Returns the variables that belong to it or to those that it shares them with, in the order in which they were
     * described; not those that others lend.
     */
    public List<Variable> described() {
        return graph.variables().stream().map(Value::variable).map(Objects::requireNonNull)
                .filter(variable -> variables.slots().stream().anyMatch(slot -> slot.variable().equals(variable)))
                .toList();
    }

    /** Returns the variables that the program reads and, in training, writes gradients for. */
    public Variables variables() {
        return variables;
    }

    /** Returns the choices of the compilation; compiling the same graph with them gives an equal program. */
    public KernelChoices choices() {
        return choices;
    }

    /** Returns the memory use of the program, without variables. */
    public MemoryUse memoryUse() {
        return memoryUse;
    }

    /**
     * Returns the memory of an input, row-major, channels last for images. The caller fills it before {@link #forward}.
     */
    public Buffer input(String name) {
        checkOpen();
        return memory(schedule.original(graph.input(name)));
    }

    /** Returns the memory of an output, row-major, channels last for images. */
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

    /** Sets the random state: seed and step. Each step draws different numbers. */
    public void randomize(long seed, long step) {
        checkOpen();
        device.write(random, seed, step);
    }

    /**
     * Sets the loss scale, a factor of all gradients of later backward passes; the reported loss is not scaled.
     * Initially 1.
     */
    public void scaleLoss(float factor) {
        checkOpen();
        device.write(lossScale, factor);
    }

    /** Returns the memory of the loss scale, (1) f32, for a device that computes it. */
    public Buffer lossScale() {
        checkOpen();
        return lossScale;
    }

    /**
     * Sets who is told of each kernel that runs from now on, with its time; null for nobody. The host waits for each
     * kernel then, so that a device that computes beside the host takes longer.
     */
    public void observe(@Nullable KernelObserver newObserver) {
        checkOpen();
        observer = newObserver;
    }

    /** Copies the parameters into the layouts that kernels require; needed after each change of a parameter. */
    public void prepack() {
        checkOpen();
        prepack.run(observer);
    }

    /** Computes the outputs from the inputs. Changes no variable. */
    public void forward() {
        checkOpen();
        forward.run(observer);
    }

    /** Computes the gradients of the latest forward pass. */
    public void backward() {
        checkOpen();
        backward.run(observer);
    }

    /**
     * Computes the gradients of the latest forward pass, and notifies the listener after each kernel of the gradients
     * that became final: of every gradient once, in the same order in every pass.
     */
    public void backward(GradientListener listener) {
        checkOpen();
        int next = 0;
        for (int i = 0; i < backward.count(); i++) {
            backward.run(i, observer);
            for (; next < finalGradients.length && finalGradients[next].kernel() == i; next++) {
                listener.onFinal(finalGradients[next].firstByte(), finalGradients[next].bytes());
            }
        }
    }

    /** Tells the listener of every gradient, in the order in which a backward pass makes them final. */
    public void gradientOrder(GradientListener listener) {
        for (FinalGradient gradient : finalGradients) {
            listener.onFinal(gradient.firstByte(), gradient.bytes());
        }
    }

    /** Updates the running statistics from the latest forward pass. */
    public void updateRunningStatistics() {
        checkOpen();
        runningStatistics.run(observer);
    }

    /**
     * Locates the first value that is not finite: checks the inputs and the variables, then repeats the forward pass
     * and checks each result before its memory is reused. Empty if all values are finite. Sums across ranks are of this
     * one alone then, as the others may have nothing to locate.
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
        across.setAlone(true);
        try {
            return firstNonFiniteResult();
        } finally {
            across.setAlone(false);
        }
    }

    private Optional<NonFinite> firstNonFiniteResult() {
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

    /** Returns a description of every kernel, in execution order. */
    public List<KernelReport> explain() {
        return steps.stream().map(bound -> KernelReport.of(bound.step)).toList();
    }

    private void checkOpen() {
        confinement.check();
        variables.checkOpen();
        for (int i = 0; i < owned.size(); i++) { // no iterator: a step allocates nothing
            owned.get(i).checkOpen();
        }
    }

    @Override
    public void close() {
        if (confinement.isClosed()) {
            return;
        }
        confinement.checkThread();
        confinement.close();
        try {
            lowering.close();
        } finally {
            retention.end();
            Closing.inReverse(owned);
        }
    }
}
