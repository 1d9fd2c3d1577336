package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.data.BatchLoaderOptions;
import dev.gatun.data.Dataset;
import dev.gatun.data.Sampler;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.KernelChoices;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Graph;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.memory.Closing;
import dev.gatun.train.parallel.Ranks;
import dev.gatun.train.program.BoundProgram;
import dev.gatun.train.program.Programs;
import dev.gatun.train.task.EvaluationListener;
import dev.gatun.train.task.MetricSums;
import dev.gatun.train.task.Task;
import java.util.List;
import java.util.Optional;

/** Evaluates a task on all examples of a data set, in inference form. It belongs to its device's thread. */
public final class Evaluator implements AutoCloseable {
    private final Task task;
    private final BatchLoader loader;
    private final Programs programs;
    private final int size;
    private final Ranks ranks;

    /**
     * Creates an evaluator that computes in f32.
     *
     * @param variables variables of the task, which the caller closes
     */
    public Evaluator(Task task, Device device, Dataset data, int batchSize, Variables variables) {
        this(task, device, data, batchSize, PrecisionPolicy.F32, CompileOptions.defaults(), variables);
    }

    /** Creates an evaluator with another precision and other compile options. */
    public Evaluator(
            Task task, Device device, Dataset data, int batchSize, PrecisionPolicy precision, CompileOptions compile,
            Variables variables) {
        this(task, device, data, batchSize, precision, compile, variables, Ranks.ALONE);
    }

    /** Creates an evaluator by several ranks, each of a share of the examples; the results are those of all. */
    Evaluator(
            Task task, Device device, Dataset data, int batchSize, PrecisionPolicy precision, CompileOptions compile,
            Variables variables, Ranks ranks) {
        this.ranks = ranks;
        this.task = task;
        Sampler sampler = Sampler.sequential(data.size(), ranks.share());
        this.size = sampler.size();
        this.loader = new BatchLoader(data, sampler,
                BatchLoaderOptions.defaults().withBatchSize(Math.max(1, Math.min(batchSize, size))),
                device.memory());
        this.programs = new Programs(task, device, data.fields(), Programs.Form.INFERENCE, precision, compile,
                variables);
    }

    /**
     * Allocates variables for a task that is only evaluated, in the layouts that its kernels prefer; the caller closes
     * them.
     */
    public static Variables variables(Task task, Device device, int batchSize) {
        return variables(task, device, batchSize, CompileOptions.defaults());
    }

    static Variables variables(Task task, Device device, int batchSize, CompileOptions compile) {
        Graph graph = Programs.Form.INFERENCE.graph(task, batchSize, PrecisionPolicy.F32);
        return Compiler.variables(graph, device, compile);
    }

    /** What was recorded, and what the programs chose. */
    KernelChoices choices() {
        return programs.choices();
    }

    /**
     * Evaluates all examples once with the current variables.
     *
     * @throws NonFiniteEvaluationException if the loss of a batch is infinite or NaN
     */
    public Evaluation run() {
        return run((_, _, _) -> true).orElseThrow();
    }

    /**
     * Evaluates all examples once with the current variables, unless the listener ends it.
     *
     * @return the results; empty if the listener ended the evaluation before its last batch
     * @throws NonFiniteEvaluationException if the loss of a batch is infinite or NaN
     */
    public Optional<Evaluation> run(EvaluationListener listener) {
        programs.variablesChanged();
        MetricSums metrics = new MetricSums(task.metrics());
        double loss = 0;
        long examples = 0;
        loader.start(0, 0);
        for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
            BoundProgram program = programs.of(batch.size());
            program.load(batch);
            loader.release(batch);
            program.forward();
            float mean = program.loss();
            if (!Float.isFinite(mean)) {
                throw new NonFiniteEvaluationException(mean, program.locateNonFinite());
            }
            loss += (double) mean * program.size();
            metrics.add(program);
            examples += program.size();
            if (!listener.onBatch(examples, size, program) && ranks.alone() && examples < size) {
                return Optional.empty(); // the loader forgets the batches ahead when it starts again
            }
        }
        return Optional.of(ofAllRanks(loss, examples, metrics));
    }

    private Evaluation ofAllRanks(double loss, long examples, MetricSums metrics) {
        double[] numbers = new double[2 + metrics.numbers()];
        numbers[0] = loss;
        numbers[1] = examples;
        metrics.write(numbers, 2);
        ranks.sum(numbers);
        metrics.read(numbers, 2);
        return new Evaluation(numbers[0] / numbers[1], (long) numbers[1], metrics.values());
    }

    @Override
    public void close() {
        Closing.inReverse(List.of(programs, loader));
    }
}
