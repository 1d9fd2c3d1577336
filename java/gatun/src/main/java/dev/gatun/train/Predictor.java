package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.data.BatchLoaderOptions;
import dev.gatun.data.Dataset;
import dev.gatun.data.Field;
import dev.gatun.data.Sampler;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Graph;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.graph.Prediction;
import dev.gatun.graph.Value;
import dev.gatun.memory.Closing;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.train.program.BoundProgram;
import dev.gatun.train.program.Programs;
import dev.gatun.train.task.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes one output of a task for new examples, of which only what the output needs has to be known. */
final class Predictor implements AutoCloseable {
    /** Programs for so many batch sizes are kept: whole batches, and the smaller last ones of the latest calls. */
    private static final int KEPT = 4;

    private final Task task;
    private final String output;
    private final Device device;
    private final PrecisionPolicy precision;
    private final CompileOptions compile;
    private final Variables variables;
    private final Map<Integer, Compiled> programs = new LinkedHashMap<>(16, 0.75f, true); // the latest used last

    private record Compiled(Program program, Tensors tensors) implements AutoCloseable {
        @Override
        public void close() {
            Closing.inReverse(List.of(program, tensors));
        }
    }

    Predictor(
            Task task, String output, Device device, PrecisionPolicy precision, CompileOptions compile,
            Variables variables) {
        this.task = task;
        this.output = output;
        this.device = device;
        this.precision = precision;
        this.compile = compile;
        this.variables = variables;
    }

    /** The answers for all examples, with the variables as they are now. */
    Predictions run(Dataset examples, int batchSize) {
        int whole = Math.min(batchSize, examples.size());
        Compiled compiled = of(whole, examples.fields());
        Shape answer = answer(compiled.program, whole);
        float[] values = new float[Math.toIntExact(Math.multiplyExact(answer.elements(), (long) examples.size()))];
        try (BatchLoader loader = new BatchLoader(examples, Sampler.sequential(examples.size()),
                BatchLoaderOptions.defaults().withBatchSize(whole), device.memory())) {
            loader.start(0, 0);
            compiled.program.prepack(); // the variables may have changed since the latest call
            int next = 0;
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                if (batch.size() < whole) { // the last one
                    compiled = of(batch.size(), examples.fields());
                    compiled.program.prepack();
                }
                for (Value input : compiled.program.graph().inputs()) {
                    device.upload(batch.tensor(input.name()), compiled.program.input(input.name()));
                }
                device.stream().synchronize();
                loader.release(batch);
                compiled.program.forward();
                float[] part = compiled.tensors.read(output);
                System.arraycopy(part, 0, values, next, part.length);
                next += part.length;
            }
        }
        return new Predictions(examples.size(), answer, values);
    }

    /** The shape of one example's answer. */
    private Shape answer(Program program, int whole) {
        TensorType type = program.graph().output(output).type();
        long[] extents = type.shape().extents();
        if (extents.length == 0 || extents[0] != whole) {
            throw new IllegalArgumentException("output \"" + output + "\" of task " + task.name() + " is " + type
                    + " for " + whole + " examples: it does not say something of each");
        }
        return Shape.of(Arrays.copyOfRange(extents, 1, extents.length));
    }

    private Compiled of(int batchSize, List<Field> fields) {
        Compiled known = programs.get(batchSize);
        if (known != null) {
            BoundProgram.checkInputs(task, known.program.graph(), fields, batchSize);
            return known;
        }
        Graph graph = Prediction.of(Programs.Form.INFERENCE.graph(task, batchSize, precision), output);
        BoundProgram.checkInputs(task, graph, fields, batchSize);
        makeRoom();
        Program program = Compiler.compile(graph, device, compile, variables);
        boolean complete = false;
        try {
            Compiled compiled = new Compiled(program, new Tensors(device, program));
            programs.put(batchSize, compiled);
            complete = true;
            return compiled;
        } finally {
            if (!complete) {
                program.close();
            }
        }
    }

    private void makeRoom() {
        if (programs.size() >= KEPT) {
            Iterator<Compiled> kept = programs.values().iterator();
            kept.next().close();
            kept.remove();
        }
    }

    @Override
    public void close() {
        Closing.inReverse(new ArrayList<>(programs.values())); // closing again after a failure tries again
        programs.clear();
    }
}
