package dev.gatun.train.program;

import dev.gatun.backend.Device;
import dev.gatun.data.Field;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.KernelChoices;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.graph.MixedPrecision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.memory.Closing;
import dev.gatun.train.task.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The programs of a task for the batch sizes of a data set, which share its variables. They belong to the device's
 * thread.
 */
public final class Programs implements AutoCloseable {
    private final Task task;
    private final Device device;
    private final List<Field> fields;
    private final Form form;
    private final PrecisionPolicy precision;
    private final List<BoundProgram> programs = new ArrayList<>();
    private final List<Variables> lenders;
    private final boolean shared;
    private CompileOptions compile;
    private @Nullable Variables variables;

    /** The purpose of programs. */
    public enum Form {
        TRAINING,
        INFERENCE;

        /** Returns a task's graph in this form. */
        public Graph graph(Task task, int batchSize, PrecisionPolicy precision) {
            return graph(task, batchSize, precision, CompileOptions.defaults());
        }

        /**
         * The same for a compilation: for training with other ranks, batch normalisations take the statistics of all.
         */
        Graph graph(Task task, int batchSize, PrecisionPolicy precision, CompileOptions compile) {
            Graph graph = MixedPrecision.of(task.graph(batchSize), precision);
            return switch (this) {
                case TRAINING -> Differentiation.differentiate(
                        // The seed of each rank's gradients has its weight already, by the loss scale.
                        compile.across() == null ? graph : SynchronizedBatchNorm.of(graph, 1),
                        task.loss(), task::trains);
                case INFERENCE -> Inference.of(graph);
            };
        }
    }

    /**
     * Creates an empty cache of programs.
     *
     * @param compile   options of the compilations; each also takes the choices of the earlier ones. Where they name
     *                  ranks ({@link CompileOptions#across}), batch normalisation in training is synchronised
     * @param variables shared variables, which the caller closes; null to have the first program allocate them
     */
    public Programs(
            Task task, Device device, List<Field> fields, Form form, PrecisionPolicy precision,
            CompileOptions compile, @Nullable Variables variables) {
        this(task, device, fields, form, precision, compile, variables, List.of());
    }

    /**
     * Creates an empty cache of programs that allocate their own variables and borrow others.
     *
     * @param lenders variables of other networks, which the caller closes afterwards
     */
    public Programs(
            Task task, Device device, List<Field> fields, Form form, PrecisionPolicy precision,
            CompileOptions compile, List<Variables> lenders) {
        this(task, device, fields, form, precision, compile, null, lenders);
    }

    private Programs(
            Task task, Device device, List<Field> fields, Form form, PrecisionPolicy precision,
            CompileOptions compile, @Nullable Variables variables, List<Variables> lenders) {
        this.task = task;
        this.lenders = List.copyOf(lenders);
        this.device = device;
        this.fields = fields;
        this.form = form;
        this.precision = precision;
        this.compile = compile;
        this.shared = variables != null;
        this.variables = variables;
    }

    /** Returns the program for a batch size, compiling it on first use. */
    public BoundProgram of(int batchSize) {
        for (int i = 0; i < programs.size(); i++) { // no iterator: a step allocates nothing
            if (programs.get(i).size() == batchSize) {
                return programs.get(i);
            }
        }
        Graph graph = form.graph(task, batchSize, precision, compile);
        BoundProgram.checkInputs(task, graph, fields, batchSize);
        Program program = variables == null ? Compiler.compile(graph, device, compile, lenders)
                : Compiler.compile(graph, device, compile, variables);
        compile = compile.withRecorded(choices().and(program.choices()));
        variables = program.variables();
        boolean complete = false;
        try {
            BoundProgram bound = new BoundProgram(task, program, fields, batchSize);
            programs.add(bound);
            complete = true;
            return bound;
        } finally {
            if (!complete) {
                program.close();
            }
        }
    }

    /** Returns the recorded choices and those of all programs. */
    public KernelChoices choices() {
        return compile.recorded();
    }

    /** Returns all compiled programs. */
    public List<BoundProgram> all() {
        return List.copyOf(programs);
    }

    /** Returns the program that was compiled first. */
    public Program first() {
        return programs.getFirst().program();
    }

    /** Returns the shared variables. */
    public Variables variables() {
        if (variables == null) {
            throw new IllegalStateException("no program was compiled yet");
        }
        return variables;
    }

    /** Notifies all programs that the variables have changed since the latest forward passes. */
    public void variablesChanged() {
        for (int i = 0; i < programs.size(); i++) {
            programs.get(i).variablesChanged();
        }
    }

    /** Closes the programs, and the variables that they allocated. */
    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>();
        if (!shared && variables != null) {
            all.add(variables);
        }
        programs.forEach(bound -> all.add(bound.program()));
        Closing.inReverse(all); // closing again after a failure tries again
        programs.clear();
    }
}
