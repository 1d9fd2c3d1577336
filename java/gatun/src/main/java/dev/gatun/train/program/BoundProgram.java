package dev.gatun.train.program;

import dev.gatun.data.Batch;
import dev.gatun.data.Field;
import dev.gatun.engine.Program;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.memory.Buffer;
import dev.gatun.train.task.Metric;
import dev.gatun.train.task.Outputs;
import dev.gatun.train.task.Task;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A program of a task for one batch size, its inputs bound to the fields of a data set. */
public final class BoundProgram implements Outputs {
    private final Program program;
    private final int size;
    private final int[] fields;
    private final List<Buffer> inputs;
    private final List<Scalar> scalars; // the loss first
    private final HostCopy loss;
    private final Map<String, HostCopy> copies = new HashMap<>();
    private boolean prepacked;

    /** An output of one element. */
    public record Scalar(String name, Buffer buffer) {}

    /** Binds a program whose inputs have been {@linkplain #checkInputs checked}. */
    public BoundProgram(Task task, Program program, List<Field> data, int size) {
        this.program = program;
        this.size = size;
        List<Value> values = program.graph().inputs();
        List<String> names = data.stream().map(Field::name).toList();
        fields = values.stream().mapToInt(input -> names.indexOf(input.name())).toArray();
        inputs = values.stream().map(input -> program.input(input.name())).toList();
        values.forEach(input -> copies.put(input.name(), new HostCopy(program.device(), program.input(input.name()))));
        program.graph().outputs().keySet().forEach(
                output -> copies.put(output, new HostCopy(program.device(), program.output(output))));
        loss = copy(task.loss());
        scalars = Stream.concat(Stream.of(task.loss()), task.metrics().stream().flatMap(BoundProgram::scalar))
                .distinct().map(name -> new Scalar(name, program.output(name))).toList();
    }

    /** What a metric reads in every step of training. */
    private static Stream<String> scalar(Metric metric) {
        return switch (metric) {
            case Metric.Share share -> Stream.of(share.output());
            case Metric.Mean mean -> Stream.of(mean.output());
            case Metric.TopK _, Metric.MeanError _ -> Stream.empty();
        };
    }

    /**
     * Checks that a data set has the inputs of a graph, and that no input and output share a name.
     *
     * @throws IllegalArgumentException if not
     */
    public static void checkInputs(Task task, Graph graph, List<Field> data, int size) {
        for (Value input : graph.inputs()) {
            Field field = data.stream().filter(candidate -> candidate.name().equals(input.name())).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "task " + task.name() + " reads " + input + ", but the data set has only " + data));
            if (!field.batch(size).equals(input.type())) {
                throw new IllegalArgumentException("task " + task.name() + " reads " + input
                        + ", but a batch of the data set has " + field.batch(size));
            }
            if (graph.outputs().containsKey(input.name())) {
                throw new IllegalArgumentException(
                        "task " + task.name() + ": an input and an output are both called " + input.name());
            }
        }
    }

    /** Returns the program. */
    public Program program() {
        return program;
    }

    /** Returns the batch size. */
    @Override
    public int size() {
        return size;
    }

    /** Returns the memory of the inputs. */
    public List<Buffer> inputs() {
        return inputs;
    }

    /** Returns the memory of the loss: (1) f32. */
    public Buffer lossBuffer() {
        return scalars.getFirst().buffer();
    }

    /** Returns the outputs that are read in every training step, the loss first. */
    public List<Scalar> scalars() {
        return scalars;
    }

    /** Submits the copy of a batch to the inputs; the batch can be released once the stream has executed it. */
    public void submit(Batch batch) {
        for (int i = 0; i < fields.length; i++) {
            program.device().upload(batch.tensor(fields[i]), inputs.get(i));
        }
    }

    /** Copies a batch to the inputs; the batch can be released afterwards. */
    public void load(Batch batch) {
        submit(batch);
        program.device().stream().synchronize();
    }

    /** Notifies the program that the variables have changed since the latest forward pass. */
    public void variablesChanged() {
        prepacked = false;
    }

    private void prepack() {
        if (!prepacked) {
            program.prepack();
            prepacked = true;
        }
    }

    /** Computes the outputs of the loaded batch. */
    public void forward() {
        prepack();
        program.forward();
    }

    /** Prepacks the current variables, and sets the random state of a batch. */
    public void begin(long seed, long batchNumber) {
        program.randomize(seed, batchNumber);
        variablesChanged();
        prepack();
    }

    /** Computes the outputs with the random state of a batch. */
    public void forward(long seed, long batchNumber) {
        program.randomize(seed, batchNumber);
        forward();
    }

    /** Returns the loss of the latest forward pass. */
    public float loss() {
        return loss.fetch().get(ValueLayout.JAVA_FLOAT, 0);
    }

    /** Repeats the forward pass, and describes the first value that is not finite. */
    public String locateNonFinite() {
        return program.locateNonFinite().map(Program.NonFinite::toString)
                .orElse("nothing: a repetition of the step was finite");
    }

    @Override
    public float scalar(String output) {
        return fetch(output).get(ValueLayout.JAVA_FLOAT, 0);
    }

    @Override
    public long count(String output) {
        return fetch(output).get(ValueLayout.JAVA_LONG, 0);
    }

    /** Copies an input or output to the host; the memory is valid until it is fetched again. */
    @Override
    public MemorySegment fetch(String name) {
        return copy(name).fetch();
    }

    private HostCopy copy(String name) {
        HostCopy copy = copies.get(name);
        if (copy == null) {
            throw new IllegalArgumentException("the program has no \"" + name + "\"");
        }
        return copy;
    }
}
