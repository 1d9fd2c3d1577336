package dev.gatun.train;

import dev.gatun.data.Batch;
import dev.gatun.data.Field;
import dev.gatun.engine.Program;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.memory.Buffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program of a task for one batch size, its inputs bound to the fields of a data set. */
final class BoundProgram {
    private final Program program;
    private final int size;
    private final int[] fields;
    private final Buffer[] inputs;
    private final HostCopy loss;
    private final Map<String, HostCopy> copies = new HashMap<>();
    private boolean prepacked;

    /** Binds a program whose inputs were {@linkplain #checkInputs checked}. */
    BoundProgram(Task task, Program program, List<Field> data, int size) {
        this.program = program;
        this.size = size;
        List<Value> values = program.graph().inputs();
        List<String> names = data.stream().map(Field::name).toList();
        fields = values.stream().mapToInt(input -> names.indexOf(input.name())).toArray();
        inputs = values.stream().map(input -> program.input(input.name())).toArray(Buffer[]::new);
        values.forEach(input -> copies.put(input.name(), new HostCopy(program.device(), program.input(input.name()))));
        program.graph().outputs().keySet().forEach(
                output -> copies.put(output, new HostCopy(program.device(), program.output(output))));
        loss = copy(task.loss());
    }

    /**
     * Whether a data set has what a graph reads, and no input and output share a name.
     *
     * @throws IllegalArgumentException if not
     */
    static void checkInputs(Task task, Graph graph, List<Field> data, int size) {
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

    Program program() {
        return program;
    }

    /** Examples of a batch. */
    int size() {
        return size;
    }

    /** Copies a batch into the inputs; it can be given back afterwards. */
    void load(Batch batch) {
        for (int i = 0; i < inputs.length; i++) {
            program.device().upload(batch.tensor(fields[i]), inputs[i]);
        }
        program.device().stream().synchronize();
    }

    /** Says that the variables have changed since the latest forward pass. */
    void variablesChanged() {
        prepacked = false;
    }

    /** Computes the outputs of the batch that was loaded. */
    void forward() {
        if (!prepacked) {
            program.prepack();
            prepacked = true;
        }
        program.forward();
    }

    /** The same with the random numbers of a batch of a run. */
    void forward(long seed, long batchNumber) {
        program.randomize(seed, batchNumber);
        forward();
    }

    /** The loss of the latest forward pass. */
    float loss() {
        return loss.fetch().get(ValueLayout.JAVA_FLOAT, 0);
    }

    /**
     * The same.
     *
     * @param step for messages, counted from 1
     * @throws NonFiniteLossException when it is not finite
     */
    float finiteLoss(long step) {
        float value = loss();
        if (!Float.isFinite(value)) {
            throw new NonFiniteLossException(step, value, program.locateNonFinite().map(Program.NonFinite::toString)
                    .orElse("nothing: a repetition of the step was finite"));
        }
        return value;
    }

    /** A scalar output of f32. */
    float scalar(String output) {
        return fetch(output).get(ValueLayout.JAVA_FLOAT, 0);
    }

    /** A scalar output of i64. */
    long count(String output) {
        return fetch(output).get(ValueLayout.JAVA_LONG, 0);
    }

    /** What an input or output is now, on the host, until it is fetched again. */
    MemorySegment fetch(String name) {
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
