package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.Closing;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.update.Hyperparameters;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A graph on a device, driven by hand: inputs are set from arrays, outputs read as arrays, and a training step is
 *
 * <pre>{@code
 * network.set("x", x).set("y", y).forward();
 * float loss = network.scalar("loss");
 * network.backward();
 * optimizer.step();
 * }</pre>
 *
 * Arrays are row-major. A network has variables of its own, which begin with their initial values of seed 1 and end
 * when it is closed, and may use those of other networks, which must be closed after it. It belongs to its device's
 * thread.
 */
public final class Network implements AutoCloseable {
    private static final long SEED = 1;

    private final Device device;
    private final Program program;
    private final Variables variables;
    private final Tensors tensors;
    private final Consumer<GraphBuilder> description;
    private final @Nullable String loss;
    private final List<Optimizer> optimizers = new ArrayList<>();
    private final BatchCounters counters = new BatchCounters();
    private long seed = SEED;
    private long passes;

    /** @param loss what is differentiated; null where nothing is */
    private Network(
            Device device, Graph graph, Consumer<GraphBuilder> description, @Nullable String loss,
            List<Network> others) {
        this.device = device;
        this.description = description;
        this.loss = loss;
        program = Compiler.compile(graph, device, CompileOptions.defaults(),
                others.stream().map(Network::variables).toList());
        variables = program.variables();
        boolean complete = false;
        try {
            tensors = new Tensors(device, program);
            variables.initialize(SEED);
            complete = true;
        } finally {
            if (!complete) {
                Closing.inReverse(List.of(variables, program));
            }
        }
    }

    /**
     * A network that is trained: all its own parameters have gradients.
     *
     * @param loss        the output to differentiate, a scalar
     * @param description adds inputs, operations and outputs to an empty graph
     * @param others      networks whose variables it uses, by their names, and does not train
     */
    public static Network training(Device device, String loss, Consumer<GraphBuilder> description, Network... others) {
        return training(device, loss, _ -> true, description, others);
    }

    /**
     * The same with some of its parameters frozen.
     *
     * @param trained which of its own parameters have gradients
     */
    public static Network training(
            Device device, String loss, Predicate<Variable> trained, Consumer<GraphBuilder> description,
            Network... others) {
        Predicate<Variable> own = variable ->
                Stream.of(others).noneMatch(other -> other.variables.contains(variable.name()));
        return new Network(device, Differentiation.differentiate(graph(description), loss, own.and(trained)),
                description, loss, List.of(others));
    }

    /** A network that only computes: normalisation by running statistics, no dropout. */
    public static Network inference(Device device, Consumer<GraphBuilder> description, Network... others) {
        return new Network(device, Inference.of(graph(description)), description, null, List.of(others));
    }

    static Graph graph(Consumer<GraphBuilder> description) {
        GraphBuilder graph = new GraphBuilder();
        description.accept(graph);
        return graph.build();
    }

    /** Gives its variables new initial values, and dropout new random numbers. */
    public Network initialize(long newSeed) {
        seed = newSeed;
        passes = 0;
        counters.clear();
        variables.initialize(newSeed);
        return this;
    }

    /**
     * An optimizer of its trained parameters; weight decay is for weights, not for biases and normalisations. The
     * caller closes it before this network.
     */
    public Optimizer optimizer(Hyperparameters rule) {
        return optimizer(rule, OptimizerOptions.NONE);
    }

    /** The same with clipping, an average of the weights or another storage of states. */
    public Optimizer optimizer(Hyperparameters rule, OptimizerOptions options) {
        Optimizer optimizer = ParameterGroups.of(variables, TrainingOptions.defaults().withOptimizer(rule)
                .withOptimizerOptions(options))
                .optimizer(device, variables, options);
        optimizers.add(optimizer);
        return optimizer;
    }

    /**
     * Sets an input of f32.
     *
     * @param values row-major
     */
    public Network set(String input, float... values) {
        tensors.set(input, values);
        return this;
    }

    /**
     * Sets an input of f32 to numbers that are drawn one after another.
     *
     * @param values the next one, row-major; rounded to f32
     */
    public Network fill(String input, DoubleSupplier values) {
        tensors.fill(input, values);
        return this;
    }

    /** Sets an input of i32. */
    public Network set(String input, int... values) {
        tensors.set(input, values);
        return this;
    }

    /**
     * Sets an input of any type.
     *
     * @param values as many bytes as it has, row-major, in the processor's byte order
     */
    public Network set(String input, MemorySegment values) {
        tensors.set(input, values);
        return this;
    }

    /**
     * Sets an input to what an output of another network on the same device is. Nothing passes through the host's
     * arrays.
     */
    public Network set(String input, Network other, String output) {
        tensors.set(input, other.tensors, output);
        return this;
    }

    /** Computes the outputs, by the variables as they are now. */
    public Network forward() {
        program.randomize(seed, ++passes);
        program.prepack();
        program.forward();
        return this;
    }

    /** An output that is one number. */
    public float scalar(String output) {
        float[] value = read(output);
        if (value.length != 1) {
            throw new IllegalArgumentException("output \"" + output + "\" is not one number, but " + value.length);
        }
        return value[0];
    }

    /** An output, row-major. */
    public float[] read(String output) {
        return tensors.read(output);
    }

    /**
     * The latest gradient of one of its own parameters, row-major.
     *
     * @throws IllegalArgumentException when there is no such parameter, or it has no gradient
     */
    public float[] readGradient(String parameter) {
        return variables.readGradient(parameter);
    }

    /** Computes the gradients of the latest forward pass, and moves running statistics towards that of its batch. */
    public void backward() {
        program.backward();
        program.updateRunningStatistics();
    }

    /**
     * The network as it is now, to be written at once, on this thread:
     * {@code new CheckpointStore(folder).write(step, network.checkpoint())}. It holds all variables that the network
     * computes with, those of other networks too; {@link TrainedModel#open} opens it for the batch size of the network.
     *
     * @throws IllegalStateException when it only computes: then the network that trains its variables has them
     */
    public Checkpoint checkpoint() {
        return NetworkState.save(this, description, trained(), null);
    }

    /**
     * The same with what an optimizer remembers, so that training can go on from it.
     *
     * @param optimizer one of this network's
     * @throws IllegalArgumentException when it was not made by {@link #optimizer}
     */
    public Checkpoint checkpoint(Optimizer optimizer) {
        return NetworkState.save(this, description, trained(), own(optimizer));
    }

    /**
     * Takes its own variables from a checkpoint, and goes on with the random numbers that follow.
     *
     * @throws dev.gatun.io.CheckpointException when it is of another network, or damaged: nothing is changed then
     */
    public void restore(LoadedCheckpoint checkpoint) {
        NetworkState.restore(this, checkpoint, null);
    }

    /**
     * The same with what the optimizer remembered: training goes on bit for bit. Its learning rate and the like stay
     * the caller's.
     *
     * @param optimizer one of this network's, with the rule and the options of that which was saved
     * @throws IllegalArgumentException when it was not made by {@link #optimizer}
     */
    public void restore(LoadedCheckpoint checkpoint, Optimizer optimizer) {
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

    long seed() {
        return seed;
    }

    /** Forward passes since the latest initialization. */
    long passes() {
        return passes;
    }

    /** What running statistics had seen before the first of those passes. */
    BatchCounters counters() {
        return counters;
    }

    /** Its own variables in the order in which they were described. */
    List<Variable> described() {
        return program.graph().variables().stream().map(Value::variable).map(Objects::requireNonNull)
                .filter(variable -> variables.slots().stream().anyMatch(slot -> slot.variable().equals(variable)))
                .toList();
    }

    void goOn(long newSeed, long newPasses) {
        seed = newSeed;
        passes = newPasses;
    }

    /** Its own variables. */
    public Variables variables() {
        return variables;
    }

    /** What it runs. */
    public Program program() {
        return program;
    }

    @Override
    public void close() {
        Closing.inReverse(List.of(variables, program, tensors));
    }
}
