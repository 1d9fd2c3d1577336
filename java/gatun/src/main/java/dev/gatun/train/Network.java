package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Inference;
import dev.gatun.graph.MixedPrecision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.graph.Variable;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.Closing;
import dev.gatun.memory.ThreadConfinement;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.train.tune.FineTuning;
import dev.gatun.update.Hyperparameters;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A graph on a device for a training loop of the caller's own: inputs are set from arrays, outputs read as arrays, and
 * a training step is
 *
 * <pre>{@code
 * network.set("x", x).set("y", y).forward();
 * float loss = network.scalar("loss");
 * network.backward();
 * optimizer.step();
 * }</pre>
 *
 * Arrays are row-major. A network has variables of its own, which are initialised with seed 1 and freed when it is
 * closed, and may use those of other networks, which must be closed after it. It belongs to its device's thread.
 */
public final class Network implements AutoCloseable {
    private static final long SEED = 1;

    private final ThreadConfinement confinement = new ThreadConfinement("the network");
    private final Device device;
    private final Program program;
    private final Variables variables;
    private final Tensors tensors;
    private final Consumer<GraphBuilder> description;
    private final @Nullable String loss;
    private final PrecisionPolicy precision;
    private final List<Optimizer> optimizers = new ArrayList<>();
    private @Nullable Optimizer scaling;
    private boolean forwarded;
    private final BatchCounters counters = new BatchCounters();
    private long seed = SEED;
    private long passes;

    /** @param loss what is differentiated; null where nothing is */
    private Network(
            Device device, NetworkOptions options, @Nullable String loss, Consumer<GraphBuilder> description,
            List<Network> others) {
        this.device = device;
        this.description = description;
        this.loss = loss;
        precision = options.precision();
        Graph graph = MixedPrecision.of(graph(description), precision);
        Predicate<Variable> own = variable ->
                others.stream().noneMatch(other -> other.variables.contains(variable.name()));
        program = Compiler.compile(
                loss == null ? Inference.of(graph)
                        : Differentiation.differentiate(graph, loss, own.and(options.trained())),
                device, options.compile(),
                others.stream().map(Network::variables).toList());
        variables = program.variables();
        List<AutoCloseable> made = new ArrayList<>(List.of(variables, program));
        boolean complete = false;
        try {
            tensors = new Tensors(device, program);
            made.add(tensors);
            variables.initialize(SEED);
            complete = true;
        } finally {
            if (!complete) {
                Closing.inReverse(made);
            }
        }
    }

    /**
     * Creates a network for training, in which all its own parameters have gradients.
     *
     * @param loss        output to differentiate, a scalar
     * @param description adds inputs, operations and outputs to an empty graph
     * @param others      networks whose variables it uses, by name, and does not train
     */
    public static Network training(Device device, String loss, Consumer<GraphBuilder> description, Network... others) {
        return training(device, NetworkOptions.defaults(), loss, description, others);
    }

    /** Creates a network for training with some of its parameters frozen, in another precision, or measured. */
    public static Network training(
            Device device, NetworkOptions options, String loss, Consumer<GraphBuilder> description,
            Network... others) {
        return new Network(device, options, loss, description, List.of(others));
    }

    /** Creates a network for inference: normalisation by running statistics, no dropout. */
    public static Network inference(Device device, Consumer<GraphBuilder> description, Network... others) {
        return inference(device, NetworkOptions.defaults(), description, others);
    }

    /** Creates a network for inference in another precision, or measured. */
    public static Network inference(
            Device device, NetworkOptions options, Consumer<GraphBuilder> description, Network... others) {
        return new Network(device, options, null, description, List.of(others));
    }

    static Graph graph(Consumer<GraphBuilder> description) {
        GraphBuilder graph = new GraphBuilder();
        description.accept(graph);
        return graph.build();
    }

    /** Initialises its variables again, and the random state of dropout. */
    public Network initialize(long newSeed) {
        confinement.check();
        forwarded = false;
        seed = newSeed;
        passes = 0;
        counters.clear();
        variables.initialize(newSeed);
        return this;
    }

    /**
     * Creates an optimizer of its trained parameters. Weight decay applies to weights, not to biases and
     * normalisations. The caller closes the optimizer before this network.
     */
    public Optimizer optimizer(Hyperparameters rule) {
        return optimizer(rule, OptimizerOptions.NONE);
    }

    /**
     * Returns an optimizer with clipping, loss scaling, an average of the weights or another storage of states. Where
     * it scales the loss, {@link #backward} computes gradients that are scaled so.
     *
     * @throws IllegalStateException if one of several optimizers of this network scales the loss: all read the same
     *                               gradients
     */
    public Optimizer optimizer(Hyperparameters rule, OptimizerOptions options) {
        return optimizer(rule, options, FineTuning.NONE);
    }

    /**
     * Returns an optimizer in which groups of parameters have hyper-parameters of their own. What fine-tuning freezes
     * has to be frozen when the network is created: {@code options.withTrained(tuning::trains)}.
     */
    public Optimizer optimizer(Hyperparameters rule, OptimizerOptions options, FineTuning tuning) {
        confinement.check();
        forgetClosed();
        boolean scales = !options.lossScaling().equals(LossScaling.NONE);
        if (scaling != null || (scales && !optimizers.isEmpty())) {
            throw new IllegalStateException("this network has an optimizer already, and one that scales the loss must"
                    + " be its only one, as both would read the same scaled gradients: close the other first");
        }
        Optimizer optimizer = ParameterGroups.of(variables, TrainingOptions.defaults().withOptimizer(rule)
                .withOptimizerOptions(options).withFineTuning(tuning))
                .optimizer(device, variables, options);
        optimizers.add(optimizer);
        scaling = scales ? optimizer : null;
        return optimizer;
    }

    /**
     * Sets an input of f32.
     *
     * @param values row-major
     */
    public Network set(String input, float... values) {
        confinement.check();
        tensors.set(input, values);
        return this;
    }

    /**
     * Sets an input of f32 to successive results of a supplier.
     *
     * @param values supplies the elements in row-major order; rounded to f32
     */
    public Network fill(String input, DoubleSupplier values) {
        confinement.check();
        tensors.fill(input, values);
        return this;
    }

    /** Sets an input of i32. */
    public Network set(String input, int... values) {
        confinement.check();
        tensors.set(input, values);
        return this;
    }

    /**
     * Sets an input of any type.
     *
     * @param values as many bytes as it has, row-major, in the processor's byte order
     */
    public Network set(String input, MemorySegment values) {
        confinement.check();
        tensors.set(input, values);
        return this;
    }

    /** Sets an input to an output of another network on the same device, copied within the device. */
    public Network set(String input, Network other, String output) {
        confinement.check();
        other.confinement.check();
        tensors.set(input, other.tensors, output);
        return this;
    }

    /** Computes the outputs with the current variables. */
    public Network forward() {
        confinement.check();
        program.randomize(seed, ++passes);
        program.prepack();
        program.forward();
        forwarded = true;
        return this;
    }

    /** Returns an output of one element. */
    public float scalar(String output) {
        float[] value = read(output);
        if (value.length != 1) {
            throw new IllegalArgumentException("output \"" + output + "\" is not one number, but " + value.length);
        }
        return value[0];
    }

    /** Returns an output in row-major order. */
    public float[] read(String output) {
        confinement.check();
        return tensors.read(output);
    }

    /**
     * The latest gradient of one of its own parameters, row-major.
     *
     * @throws IllegalArgumentException when there is no such parameter, or it has no gradient
     */
    public float[] readGradient(String parameter) {
        confinement.check();
        return variables.readGradient(parameter);
    }

    /** Computes the gradients of the latest forward pass, and updates the running statistics from its batch. */
    public void backward() {
        confinement.check();
        if (loss == null) {
            throw new IllegalStateException("this network only computes: make one for training to differentiate it");
        }
        if (!forwarded) {
            throw new IllegalStateException("there is no forward pass to differentiate: call forward first");
        }
        forgetClosed();
        if (scaling != null) {
            scaling.control().copyScale(program.lossScale(), 1);
        }
        program.backward();
        program.updateRunningStatistics();
    }

    /**
     * Returns a checkpoint of the current state, to be written at once, on this thread:
     * {@code new CheckpointStore(folder).write(step, network.checkpoint())}. It contains all variables that the network
     * computes with, those of other networks included; {@link TrainedModel#open} opens it for the batch size of the
     * network.
     *
     * @throws IllegalStateException if the network is for inference: the network that trains its variables has the
     *                               checkpoint
     */
    public Checkpoint checkpoint() {
        confinement.check();
        return NetworkState.save(this, description, trained(), null);
    }

    /**
     * Returns a checkpoint that includes the state of an optimizer, from which training can resume.
     *
     * @param optimizer an optimizer of this network
     * @throws IllegalArgumentException when it was not made by {@link #optimizer}
     */
    public Checkpoint checkpoint(Optimizer optimizer) {
        confinement.check();
        return NetworkState.save(this, description, trained(), own(optimizer));
    }

    /**
     * Restores its own variables and the random state from a checkpoint. Variables are stored in f32 whatever a network
     * computes in, so that the checkpoint may be of another precision; training then goes on, but not bit for bit.
     *
     * @throws dev.gatun.io.CheckpointException when it is of another network, or damaged: nothing is changed then
     */
    public void restore(LoadedCheckpoint checkpoint) {
        confinement.check();
        NetworkState.restore(this, checkpoint, null);
    }

    /**
     * Restores its own variables, the random state and the state of an optimizer, from which training resumes exactly.
     * The optimizer's hyper-parameters are not changed.
     *
     * @param optimizer an optimizer of this network, with the rule and the options of the saved one
     * @throws IllegalArgumentException when it was not made by {@link #optimizer}
     */
    public void restore(LoadedCheckpoint checkpoint, Optimizer optimizer) {
        confinement.check();
        NetworkState.restore(this, checkpoint, own(optimizer));
    }

    private String trained() {
        if (loss == null) {
            throw new IllegalStateException("this network only computes: save the one that trains its variables");
        }
        return loss;
    }

    private Optimizer own(Optimizer optimizer) {
        if (optimizers.stream().noneMatch(made -> made == optimizer)) {
            throw new IllegalArgumentException(
                    "the optimizer is not this network's: give one that its method optimizer made");
        }
        return optimizer;
    }

    private void forgetClosed() {
        if (scaling != null && scaling.isClosed()) {
            scaling = null;
            program.scaleLoss(1);
        }
        for (int i = optimizers.size() - 1; i >= 0; i--) { // no iterator: a step allocates nothing
            if (optimizers.get(i).isClosed()) {
                optimizers.remove(i);
            }
        }
    }

    PrecisionPolicy precision() {
        return precision;
    }

    long seed() {
        return seed;
    }

    /** Forward passes since the latest initialisation. */
    long passes() {
        return passes;
    }

    /** What running statistics had seen before the first of those passes. */
    BatchCounters counters() {
        return counters;
    }

    /** Its own variables in the order in which they were described. */
    List<Variable> described() {
        return program.described();
    }

    void goOn(long newSeed, long newPasses) {
        forwarded = false;
        seed = newSeed;
        passes = newPasses;
    }

    /** Returns the network's own variables. */
    public Variables variables() {
        return variables;
    }

    /** Returns the compiled program. */
    public Program program() {
        return program;
    }

    @Override
    public void close() {
        confinement.checkThread();
        confinement.close();
        Closing.inReverse(List.of(variables, program, tensors));
    }
}
